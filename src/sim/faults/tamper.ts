import { decodeFloat16, encodeFloat16 } from '../../base/float16.js';
import { stream } from '../../base/random.js';
import { decodeSafetensors, encodeSafetensors } from '../../base/safetensors.js';
import type { Tensor, TensorData, TensorMap } from '../../base/tensor.js';
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

/** A bank whose slots are all shifted the same way by `strength` mean slot norms; null where there is no bank. */
export function poisoned(
  bytes: Uint8Array,
  strength: number,
  seed: number,
  client: string,
): Uint8Array | null {
  const tensors = readable(bytes);
  if (tensors === null || !Object.hasOwn(tensors, 'vectors') || tensors.vectors.type === 'I8') return null;
  const { vectors } = tensors;
  const [slots, columns] = vectors.shape;
  if (slots === 0) return null;
  const random = stream(seed, 'poison', client);
  const direction = Float64Array.from({ length: columns }, () => random.normal());
  const values = vectors.type === 'F16' ? decodeFloat16(vectors.data as Uint16Array) : vectors.data;
  const length = (from: ArrayLike<number>, start: number) => {
    let squares = 0;
    for (let at = start; at < start + columns; at++) squares += from[at] * from[at];
    return Math.sqrt(squares);
  };
  let norms = 0;
  for (let slot = 0; slot < slots; slot++) norms += length(values, slot * columns);
  const scale = (strength * norms) / slots / length(direction, 0);
  const data = mapped(vectors, (value, at) => value + scale * direction[at % columns]);
  return encodeSafetensors({ ...tensors, vectors: { ...vectors, data } });
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
