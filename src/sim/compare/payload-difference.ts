import { FeddymemError } from '../../base/errors.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import type { DataType, TensorMap } from '../../base/tensor.js';
import { byteDifference, type ByteDifference } from './byte-difference.js';
import { valueDifference, type ValueDifference } from './tensor-difference.js';

/** A tensor's layout. */
export interface Layout {
  readonly type: DataType;
  readonly shape: readonly number[];
}

/** How one tensor differs between two payloads. */
export type TensorDifference = { readonly name: string } & (
  | ({ readonly kind: 'only-in-a' | 'only-in-b' } & Layout)
  | { readonly kind: 'layout'; readonly a: Layout; readonly b: Layout }
  | ({ readonly kind: 'values' } & Layout & ValueDifference)
);

/** How two payloads differ: by tensor, or as bytes. */
export type PayloadDifference =
  | {
      readonly kind: 'tensors';
      /** Tensors that agree in every bit. */
      readonly equal: number;
      /** In the order of their names; never empty. */
      readonly tensors: readonly TensorDifference[];
    }
  | ({
      readonly kind: 'bytes';
      /** Why no tensors are listed: one is no safetensors file, or all tensors agree and only a header differs. */
      readonly because: 'no-tensors' | 'equal-tensors';
    } & ByteDifference);

/** How the bytes of two encoded messages differ, null where they are equal. */
export function payloadDifference(a: Uint8Array, b: Uint8Array): PayloadDifference | null {
  if (Buffer.compare(a, b) === 0) return null;
  const [mapA, mapB] = [decodeOrNull(a), decodeOrNull(b)];
  if (!mapA || !mapB) return { kind: 'bytes', because: 'no-tensors', ...byteDifference(a, b) };
  const names = [...new Set([...Object.keys(mapA), ...Object.keys(mapB)])].sort();
  const tensors = names.flatMap((name) => tensorDifference(name, mapA, mapB) ?? []);
  if (tensors.length === 0) return { kind: 'bytes', because: 'equal-tensors', ...byteDifference(a, b) };
  return { kind: 'tensors', equal: names.length - tensors.length, tensors };
}

function tensorDifference(name: string, mapA: TensorMap, mapB: TensorMap): TensorDifference | null {
  const [inA, inB] = [Object.hasOwn(mapA, name), Object.hasOwn(mapB, name)];
  if (!inA || !inB)
    return inA
      ? { name, kind: 'only-in-a', ...layout(mapA, name) }
      : { name, kind: 'only-in-b', ...layout(mapB, name) };
  const [a, b] = [layout(mapA, name), layout(mapB, name)];
  if (a.type !== b.type || a.shape.join() !== b.shape.join()) return { name, kind: 'layout', a, b };
  const difference = valueDifference(mapA[name], mapB[name]);
  return difference && { name, kind: 'values', ...a, ...difference };
}

const layout = (map: TensorMap, name: string): Layout => ({ type: map[name].type, shape: map[name].shape });

function decodeOrNull(bytes: Uint8Array): TensorMap | null {
  try {
    return decodeSafetensors(bytes, 'payload');
  } catch (error) {
    if (error instanceof FeddymemError) return null;
    throw error;
  }
}
