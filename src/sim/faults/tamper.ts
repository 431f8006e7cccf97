import { decodeFloat16, encodeFloat16 } from '../../base/float16.js';
import { stream, type RandomStream } from '../../base/random.js';
import { decodeSafetensors, encodeSafetensors } from '../../base/safetensors.js';
import { matrix, type Matrix, type Tensor, type TensorData, type TensorMap } from '../../base/tensor.js';
import { decodeMatrix, encodeMatrix, type Precision } from '../../memory/wire.js';
import type { Fault } from './schema.js';

/** What a faulty link or client makes of an encoded message. Pure: the bytes given stay as they are. */

/** One bit flipped, as on a bad line. */
export function flippedBit(bytes: Uint8Array, bit: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const at = bit % (8 * copy.length);
  copy[at >> 3] ^= 1 << (at & 7);
  return copy;
}

/** A message that no honest client would send; null where it holds nothing to falsify. */
export function falsified(
  bytes: Uint8Array,
  how: Extract<Fault, { kind: 'invalid' }>['how'],
): Uint8Array | null {
  if (how === 'truncated') return Uint8Array.from(bytes.subarray(0, bytes.length >> 1));
  const tensors = readable(bytes);
  if (tensors === null) return null;
  const names = Object.keys(tensors).sort();
  const floating = names.find(
    (name) => ['F64', 'F32', 'F16'].includes(tensors[name].type) && tensors[name].data.length > 0,
  );
  if (floating === undefined) return null;
  const changed = (name: string, tensor: Tensor) => encodeSafetensors({ ...tensors, [name]: tensor });
  switch (how) {
    case 'not-a-number': {
      const data = tensors[floating].data.slice();
      data[data.length >> 1] = tensors[floating].type === 'F16' ? 0x7e00 : NaN;
      return changed(floating, { ...tensors[floating], data });
    }
    case 'wrong-shape': {
      const { type, data } = tensors[floating];
      return changed(floating, { type, shape: [data.length - 1], data: data.slice(0, -1) });
    }
    case 'absurd-weights': {
      const name = names.find((candidate) => ['weights', 'count', 'counts', 'patches'].includes(candidate));
      if (name === undefined) return null;
      return changed(name, { ...tensors[name], data: mapped(tensors[name], (value) => 1e12 * (value + 1)) });
    }
  }
}

/**
 * A bank whose slots are all shifted the same way by `strength` mean slot norms, whatever precision they travel in; of
 * parameters, every block by as many of its norms. null where there is neither.
 */
export function poisoned(
  bytes: Uint8Array,
  strength: number,
  seed: number,
  client: string,
): Uint8Array | null {
  const tensors = readable(bytes);
  if (tensors === null) return null;
  const random = stream(seed, 'poison', client);
  if (Object.hasOwn(tensors, 'vectors')) {
    const slots = decodeMatrix(tensors, 'vectors', 'a message');
    if (slots.rows === 0) return null;
    const vectors = encodeMatrix(shifted(slots, strength, random), precisionOf(tensors.vectors), 'vectors');
    return encodeSafetensors({ ...tensors, ...vectors });
  }
  const parameters = Object.entries(tensors).filter(([name]) => /^parameter\.\d+$/.test(name));
  if (parameters.length === 0) return null;
  const changed = parameters.map(([name, { shape, data }]) => {
    const row = matrix(1, data.length, data as Float32Array);
    return [name, { type: 'F32', shape, data: shifted(row, strength, random).data }] as const;
  });
  return encodeSafetensors({ ...tensors, ...Object.fromEntries(changed) });
}

function precisionOf({ type }: Tensor): Precision {
  return type === 'I8' ? 'int8' : type === 'F16' ? 'f16' : 'f32';
}

/** All rows moved by one vector, as long as `strength` times their mean norm. */
function shifted({ rows, columns, data }: Matrix, strength: number, random: RandomStream): Matrix {
  const direction = Float64Array.from({ length: columns }, () => random.normal());
  const norm = (from: ArrayLike<number>, start: number) => {
    let squares = 0;
    for (let at = start; at < start + columns; at++) squares += from[at] * from[at];
    return Math.sqrt(squares);
  };
  let norms = 0;
  for (let row = 0; row < rows; row++) norms += norm(data, row * columns);
  const scale = (strength * norms) / rows / norm(direction, 0);
  return matrix(
    rows,
    columns,
    data.map((value, at) => value + scale * direction[at % columns]),
  );
}

/** null where another fault has left nothing to read. */
function readable(bytes: Uint8Array): TensorMap | null {
  try {
    return decodeSafetensors(bytes, 'a message');
  } catch {
    return null;
  }
}

function mapped({ type, data }: Tensor, change: (value: number, at: number) => number): TensorData {
  if (type !== 'F16') return data.map(change as never) as TensorData;
  return encodeFloat16(decodeFloat16(data as Uint16Array).map(change));
}
