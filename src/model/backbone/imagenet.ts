import type { Ops, Value } from '../engine/ops.js';

/** Means and deviations of ImageNet's training images, RGB in 0…1 (torchvision). */
export const imagenetMean = [0.485, 0.456, 0.406] as const;
export const imagenetDeviation = [0.229, 0.224, 0.225] as const;

/** @param image [n×3×h×w], RGB in 0…255 → of zero mean and unit deviation over ImageNet */
export function normaliseImage<V extends Value>(ops: Ops<V>, image: V): V {
  const perChannel = (values: readonly number[]) => ops.constant(Float32Array.from(values), [1, 3, 1, 1]);
  const centred = ops.subtract(image, perChannel(imagenetMean.map((mean) => 255 * mean)));
  return ops.divide(centred, perChannel(imagenetDeviation.map((deviation) => 255 * deviation)));
}
