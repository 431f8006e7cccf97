import { runFailed } from '../base/errors.js';
import { decodeFloat16, encodeFloat16 } from '../base/float16.js';
import {
  matrix,
  type DataType,
  type Matrix,
  type Tensor,
  type TensorData,
  type TensorMap,
} from '../base/tensor.js';
import { validateBank, withoutWeightless, type MemoryBank } from './memory-bank.js';

/** How slot vectors travel. Weights stay f32: they count patches. */
export const precisions = ['f32', 'f16', 'int8'] as const;
export type Precision = (typeof precisions)[number];

/** The types that vectors and variances have on the wire. */
export const wireTypes = {
  f32: { vectors: 'F32', variances: 'F32' },
  f16: { vectors: 'F16', variances: 'F16' },
  int8: { vectors: 'I8', variances: 'F16' },
} as const satisfies Record<Precision, Record<'vectors' | 'variances', DataType>>;

export const largestFloat16 = 65504;

/**
 * A bank as named tensors: vectors [slots × dimensions], weights, variances and, for int8, a scale a slot. Slots that
 * weigh next to nothing don't travel.
 */
export function encodeBank(given: MemoryBank, precision: Precision): TensorMap {
  const bank = withoutWeightless(given);
  return {
    ...encodeMatrix(bank.vectors, precision, 'vectors'),
    weights: { type: 'F32', shape: [bank.weights.length], data: Float32Array.from(bank.weights) },
    variances:
      precision === 'f32'
        ? { type: 'F32', shape: [bank.variances.length], data: Float32Array.from(bank.variances) }
        : {
            type: 'F16',
            shape: [bank.variances.length],
            // Beyond the largest f16 a variance says no more than that it is large; infinity would be no number.
            data: encodeFloat16(
              Float32Array.from(bank.variances, (variance) => Math.min(variance, largestFloat16)),
            ),
          },
  };
}

/** @throws FeddymemError when the tensors are no bank of `dimensions` dimensions; `source` says whose they are. */
export function decodeBank(tensors: TensorMap, dimensions: number, source: string): MemoryBank {
  const vectors = decodeMatrix(tensors, 'vectors', source);
  const numbers = (name: string) => Float64Array.from(asFloat32(tensors, name, source));
  return validateBank(
    { vectors, weights: numbers('weights'), variances: numbers('variances') },
    dimensions,
    source,
  );
}

/** A matrix under a name; int8 adds `<name>.scale`, one a row, so that the row's largest magnitude is 127. */
export function encodeMatrix(source: Matrix, precision: Precision, name: string): TensorMap {
  const shape = [source.rows, source.columns];
  if (precision === 'f32') return { [name]: { type: 'F32', shape, data: source.data } };
  if (precision === 'f16')
    return { [name]: { type: 'F16', shape, data: encodeFloat16(withinFloat16(source.data)) } };
  const scales = new Float32Array(source.rows);
  const data = new Int8Array(source.data.length);
  for (let row = 0; row < source.rows; row++) {
    const start = row * source.columns;
    let largest = 0;
    for (let at = start; at < start + source.columns; at++)
      largest = Math.max(largest, Math.abs(source.data[at]));
    scales[row] = largest / 127;
    if (largest === 0) continue;
    for (let at = start; at < start + source.columns; at++)
      data[at] = Math.round((source.data[at] / largest) * 127);
  }
  return {
    [name]: { type: 'I8', shape, data },
    [`${name}.scale`]: { type: 'F32', shape: [source.rows], data: scales },
  };
}

/** Finite numbers beyond the largest f16 as that: infinity would be no number, and nobody would take the message. */
function withinFloat16(values: Float32Array): Float32Array {
  const isBeyond = (value: number) => Math.abs(value) > largestFloat16 && Number.isFinite(value);
  if (!values.some(isBeyond)) return values;
  return values.map((value) => (isBeyond(value) ? Math.sign(value) * largestFloat16 : value));
}

/** The matrix under a name, whatever precision it travelled in. @throws FeddymemError naming `source` */
export function decodeMatrix(tensors: TensorMap, name: string, source: string): Matrix {
  const tensor = tensors[name] as Tensor | undefined;
  if (tensor?.shape.length !== 2) throw refused(source, `it has no matrix ${name}`);
  const [rows, columns] = tensor.shape;
  if (tensor.type !== 'I8') return matrix(rows, columns, asFloat32(tensors, name, source));
  const scales = asFloat32(tensors, `${name}.scale`, source);
  const data = Float32Array.from(tensor.data, (value, at) => value * scales[Math.floor(at / columns)]);
  return matrix(rows, columns, data);
}

function asFloat32(tensors: TensorMap, name: string, source: string): Float32Array {
  const tensor = tensors[name] as { type: string; data: TensorData } | undefined;
  if (tensor === undefined) throw refused(source, `it has no tensor ${name}`);
  if (tensor.type === 'F16') return decodeFloat16(tensor.data as Uint16Array);
  if (tensor.type !== 'F32') throw refused(source, `its tensor ${name} has type ${tensor.type}`);
  return tensor.data as Float32Array;
}

function refused(source: string, problem: string) {
  return runFailed(`the message of ${source} is refused: ${problem}`);
}
