import { runFailed } from '../base/errors.js';
import { sha256 } from '../base/hash.js';
import { encodeSafetensors } from '../base/safetensors.js';
import {
  gatherRows,
  matrix,
  readMatrix,
  rowOf,
  stackRows,
  vectorTensor,
  type Matrix,
  type TensorMap,
} from '../base/tensor.js';
import { selectSlots, validateBank, withoutWeightless, type MemoryBank } from './memory-bank.js';
import { decodeBank, decodeMatrix, encodeBank, encodeMatrix, type Precision } from './wire.js';
import { nearestSlots, wireStep } from './wire-step.js';

/** A bank that was sent, as its receiver has it. */
export interface SentBank {
  /** Of the message. */
  readonly fingerprint: number;
  readonly bank: MemoryBank;
}

/** Which message of a client this is: the first 32 bits of its SHA-256. */
export function fingerprintOf(message: TensorMap): number {
  return Number.parseInt(sha256(encodeSafetensors(message)).slice(0, 8), 16) | 0;
}

/**
 * A bank as what changed since a bank that the receiver has. Slots within half a step of the wire's precision of a slot
 * of the base are named (`kept`); slots that base plus an int8 difference brings there are sent so (`moved`, `moves`);
 * the others as in a whole message (`vectors`). Weights and variances are always sent, in that order of the slots.
 * @returns a whole message where the change would be no smaller, or without a base
 */
export function encodeChange(given: MemoryBank, precision: Precision, base: SentBank | null): TensorMap {
  const bank = withoutWeightless(given);
  const whole = encodeBank(bank, precision);
  if (base === null || base.bank.weights.length === 0 || bank.weights.length === 0) return whole;
  const kept: number[] = [];
  const moved: number[] = [];
  const fresh: number[] = [];
  const origin = nearestSlots(bank.vectors, base.bank.vectors);
  const moves = encodeMatrix(differences(bank.vectors, base.bank.vectors, origin), 'int8', 'moves');
  const arrived = sum(gatherRows(base.bank.vectors, origin), decodeMatrix(moves, 'moves', 'itself'));
  for (let slot = 0; slot < bank.weights.length; slot++) {
    const vector = rowOf(bank.vectors, slot);
    const tolerance = wireStep(vector, precision) / 2;
    if (apart(vector, rowOf(base.bank.vectors, origin[slot])) <= tolerance) kept.push(slot);
    else if (precision !== 'int8' && apart(vector, rowOf(arrived, slot)) <= tolerance) moved.push(slot);
    else fresh.push(slot);
  }
  const ordered = encodeBank(selectSlots(bank, [...kept, ...moved, ...fresh]), precision);
  const change: TensorMap = {
    base: vectorTensor(Int32Array.of(base.fingerprint)),
    kept: vectorTensor(Int32Array.from(kept, (slot) => origin[slot])),
    moved: vectorTensor(Int32Array.from(moved, (slot) => origin[slot])),
    ...encodeMatrix(gatherRows(differences(bank.vectors, base.bank.vectors, origin), moved), 'int8', 'moves'),
    ...encodeMatrix(gatherRows(bank.vectors, fresh), precision, 'vectors'),
    weights: ordered.weights,
    variances: ordered.variances,
  };
  return encodeSafetensors(change).length < encodeSafetensors(whole).length ? change : whole;
}

/**
 * The bank that {@link encodeChange} was given, but for the wire's rounding.
 * @param base what the receiver has of this sender
 * @throws FeddymemError when it is no bank of `dimensions` dimensions, or a change of a bank that is not there
 */
export function decodeChange(
  tensors: TensorMap,
  dimensions: number,
  source: string,
  base: SentBank | null,
): MemoryBank {
  if (!Object.hasOwn(tensors, 'base')) return decodeBank(tensors, dimensions, source);
  const refuse = (problem: string) => runFailed(`the memory bank of ${source} is refused: ${problem}`);
  const [fingerprint] = indices(tensors, 'base', Infinity, source);
  if (base?.fingerprint !== fingerprint) throw refuse('it is a change of a bank that is not known here');
  const { vectors } = base.bank;
  const kept = gatherRows(vectors, indices(tensors, 'kept', vectors.rows, source));
  const origin = indices(tensors, 'moved', vectors.rows, source);
  const moves = decodeMatrix(tensors, 'moves', source);
  const fresh = decodeMatrix(tensors, 'vectors', source);
  if (vectors.columns !== dimensions) throw refuse('its base has other dimensions');
  if (moves.rows !== origin.length || moves.columns !== dimensions || fresh.columns !== dimensions)
    throw refuse('its parts do not fit together');
  const all = stackRows([kept, sum(gatherRows(vectors, origin), moves), fresh], dimensions);
  const { weights, variances } = tensors;
  return decodeBank(
    { vectors: { type: 'F32', shape: [all.rows, dimensions], data: all.data }, weights, variances },
    dimensions,
    source,
  );
}

/** A sent bank as a local entry. */
export function encodeSent({ fingerprint, bank }: SentBank): TensorMap {
  return { ...encodeBank(bank, 'f32'), fingerprint: vectorTensor(Int32Array.of(fingerprint)) };
}

export function decodeSent(entry: TensorMap): SentBank {
  const bank = {
    vectors: readMatrix(entry, 'vectors'),
    weights: Float64Array.from(entry.weights.data),
    variances: Float64Array.from(entry.variances.data),
  };
  return { fingerprint: entry.fingerprint.data[0], bank: validateBank(bank, bank.vectors.columns, 'itself') };
}

function indices(tensors: TensorMap, name: string, below: number, source: string): Int32Array {
  const tensor = (tensors as Partial<TensorMap>)[name];
  const data = tensor?.type === 'I32' ? (tensor.data as Int32Array) : null;
  if (data === null || (below < Infinity && !data.every((index) => index >= 0 && index < below)))
    throw runFailed(`the memory bank of ${source} is refused: its ${name} name no slots of its base`);
  return data;
}

function differences(vectors: Matrix, base: Matrix, origin: Int32Array): Matrix {
  const from = gatherRows(base, origin);
  return matrix(
    vectors.rows,
    vectors.columns,
    vectors.data.map((value, at) => value - from.data[at]),
  );
}

function sum(a: Matrix, b: Matrix): Matrix {
  return matrix(
    a.rows,
    a.columns,
    a.data.map((value, at) => value + b.data[at]),
  );
}

/** Largest difference along an axis. */
function apart(a: Float32Array, b: Float32Array): number {
  let largest = 0;
  for (let axis = 0; axis < a.length; axis++) largest = Math.max(largest, Math.abs(a[axis] - b[axis]));
  return largest;
}
