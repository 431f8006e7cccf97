import { stream } from '../../../src/base/random.js';
import type { Tensor } from '../../../src/base/tensor.js';
import type { ConvolutionPlan } from '../../../src/model/backbone/resnet-structure.js';
import type { FoldedWeights } from '../../../src/model/backbone/resnet-weights.js';

/** Weights and made-up batch statistics that fold to the given weights. */
export function unfoldedWeights(
  convolutions: readonly ConvolutionPlan[],
  folded: FoldedWeights,
): Record<string, Tensor> {
  const random = stream(1, 'unfold');
  const tensors: Record<string, Tensor> = {};
  for (const { name, norm, outputs, inputs, size } of convolutions) {
    const { weight, bias } = folded.get(name)!;
    const draw = (low: number, high: number) =>
      Float32Array.from({ length: outputs }, () => low + (high - low) * random.uniform());
    const scale = draw(0.5, 2).map((value, at) => (at % 3 === 0 ? -value : value));
    const mean = draw(-1, 1);
    const variance = draw(0.01, 4);
    const factor = Array.from(scale, (value, at) => value / Math.sqrt(variance[at] + 1e-5));
    const perChannel = weight.length / outputs;
    const vector = (data: Float32Array): Tensor => ({ type: 'F32', shape: [outputs], data });
    tensors[`${name}.weight`] = {
      type: 'F32',
      shape: [outputs, inputs, size, size],
      data: weight.map((value, at) => value / factor[Math.floor(at / perChannel)]),
    };
    tensors[`${norm}.weight`] = vector(scale);
    tensors[`${norm}.bias`] = vector(bias.map((value, at) => value + mean[at] * factor[at]));
    tensors[`${norm}.running_mean`] = vector(mean);
    tensors[`${norm}.running_var`] = vector(variance);
  }
  return tensors;
}

export function largest(values: Float32Array): number {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

export function largestDifference(a: Float32Array, b: Float32Array): number {
  return a.length === b.length ? largest(a.map((value, at) => value - b[at])) : Infinity;
}
