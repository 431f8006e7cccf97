import type { Ops, Value } from './ops.js';

/** Adam (Kingma & Ba 2015), with bias correction. */
export interface AdamOptions {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const defaultAdam: AdamOptions = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** A parameter with its running moments, all of one shape. */
export interface AdamState<V> {
  readonly parameter: V;
  readonly firstMoment: V;
  readonly secondMoment: V;
}

/**
 * One update.
 * @param corrections [1 − β₁ᵗ, 1 − β₂ᵗ] as a block of shape [2]
 */
export function adamUpdate<V extends Value>(
  ops: Ops<V>,
  options: AdamOptions,
  state: AdamState<V>,
  gradient: V,
  corrections: V,
): AdamState<V> {
  const blend = (old: V, fresh: V, beta: number) =>
    ops.add(ops.multiply(old, beta), ops.multiply(fresh, 1 - beta));
  const firstMoment = blend(state.firstMoment, gradient, options.beta1);
  const secondMoment = blend(state.secondMoment, ops.square(gradient), options.beta2);
  const mean = ops.divide(firstMoment, ops.slice(corrections, 0, 0, 1));
  const deviation = ops.sqrt(ops.divide(secondMoment, ops.slice(corrections, 0, 1, 2)));
  const change = ops.divide(ops.multiply(mean, options.learningRate), ops.add(deviation, options.epsilon));
  return { parameter: ops.subtract(state.parameter, change), firstMoment, secondMoment };
}

/** The bias corrections of step t ≥ 1, by repeated multiplication: Math.pow's last bits differ between platforms. */
export function adamCorrections(options: AdamOptions, step: number): Float32Array {
  let first = 1;
  let second = 1;
  for (let count = 0; count < step; count++) {
    first *= options.beta1;
    second *= options.beta2;
  }
  return Float32Array.of(1 - first, 1 - second);
}
