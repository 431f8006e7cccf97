import { invariant } from '../../base/errors.js';
import { readFloat32, readFloat64, vectorTensor, type TensorMap } from '../../base/tensor.js';
import type { Blocks } from '../learners/learner.js';
import type { Upload } from './method.js';

/** Blocks as tensors `<group>.0`, `<group>.1` … of one dimension, f32: a receiver knows their shapes. */
export function encodeBlocks(blocks: Blocks, group: string): TensorMap {
  return Object.fromEntries(blocks.map((block, index) => [`${group}.${index}`, vectorTensor(block)]));
}

export function decodeBlocks(tensors: TensorMap, group: string): Blocks {
  return blockNames(tensors, group).map((name) => readFloat32(tensors, name));
}

/** Of a group, in order. */
export function blockNames(tensors: TensorMap, group: string): string[] {
  const names: string[] = [];
  while (Object.hasOwn(tensors, `${group}.${names.length}`)) names.push(`${group}.${names.length}`);
  return names;
}

/** A group of blocks averaged by the patches behind each upload; stale uploads count less. */
export function averageBlocks(uploads: readonly Upload[], group: string): TensorMap {
  const countOf = ({ message, weight }: Upload) => weight * readFloat64(message, 'patches')[0];
  const total = uploads.reduce((sum, upload) => sum + countOf(upload), 0);
  const averaged = blockNames(uploads[0].message, group).map((name) => {
    // −0 is what adding to changes nothing, not even the sign of a zero.
    const mean = new Float64Array(readFloat32(uploads[0].message, name).length).fill(-0);
    for (const upload of uploads) {
      const values = readFloat32(upload.message, name);
      const { client } = upload;
      invariant(values.length === mean.length, `${name} of client ${client} has ${values.length} numbers`);
      const share = countOf(upload) / total;
      for (let at = 0; at < mean.length; at++) mean[at] += share * values[at];
    }
    return Float32Array.from(mean);
  });
  return encodeBlocks(averaged, group);
}
