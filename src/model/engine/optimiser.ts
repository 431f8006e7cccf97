import type { Ops, Value } from './ops.js';

/** How gradients become changes of parameters. */
export type Optimiser = AdamOptions | GradientDescentOptions;

/** Adam (Kingma & Ba 2015), with bias correction. */
export interface AdamOptions {
  readonly kind: 'adam';
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export const defaultAdam: AdamOptions = {
  kind: 'adam',
  learningRate: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** Plain gradient descent on each batch. It has no moments: those of a training state stay as they are. */
export interface GradientDescentOptions {
  readonly kind: 'gradient-descent';
  readonly learningRate: number;
}

/** A parameter with its running moments, all of one shape. */
export interface OptimiserState<V> {
  readonly parameter: V;
  readonly firstMoment: V;
  readonly secondMoment: V;
}

/**
 * One update.
 * @param corrections what {@link optimiserCorrections} says of the step, as a block of shape [2]
 */
export function optimiserUpdate<V extends Value>(
  ops: Ops<V>,
  options: Optimiser,
  state: OptimiserState<V>,
  gradient: V,
  corrections: V,
): OptimiserState<V> {
  if (options.kind === 'adam') return adamUpdate(ops, options, state, gradient, corrections);
  return {
    parameter: ops.subtract(state.parameter, ops.multiply(gradient, options.learningRate)),
    // A graph's outputs are results of operations, even where nothing changes.
    firstMoment: ops.multiply(state.firstMoment, 1),
    secondMoment: ops.multiply(state.secondMoment, 1),
  };
}

function adamUpdate<V extends Value>(
  ops: Ops<V>,
  options: AdamOptions,
  state: OptimiserState<V>,
  gradient: V,
  corrections: V,
): OptimiserState<V> {
  const blend = (old: V, fresh: V, beta: number) =>
    ops.add(ops.multiply(old, beta), ops.multiply(fresh, 1 - beta));
  const firstMoment = blend(state.firstMoment, gradient, options.beta1);
  const secondMoment = blend(state.secondMoment, ops.square(gradient), options.beta2);
  const mean = ops.divide(firstMoment, ops.slice(corrections, 0, 0, 1));
  const deviation = ops.sqrt(ops.divide(secondMoment, ops.slice(corrections, 0, 1, 2)));
  const change = ops.divide(ops.multiply(mean, options.learningRate), ops.add(deviation, options.epsilon));
  return { parameter: ops.subtract(state.parameter, change), firstMoment, secondMoment };
}

/**
 * Adam's bias corrections [1 − β₁ᵗ, 1 − β₂ᵗ] of step t ≥ 1, by repeated multiplication: Math.pow's last bits differ
 * between platforms. Ones where there is nothing to correct.
 */
export function optimiserCorrections(options: Optimiser, step: number): Float32Array {
  if (options.kind !== 'adam') return Float32Array.of(1, 1);
  let first = 1;
  let second = 1;
  for (let count = 0; count < step; count++) {
    first *= options.beta1;
    second *= options.beta2;
  }
  return Float32Array.of(1 - first, 1 - second);
}
