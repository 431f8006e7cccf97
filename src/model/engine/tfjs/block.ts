import { transpose, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { Value } from '../ops.js';

/** Axes of a stored tensor, as positions in the block's shape. */
export type Order = readonly number[];

/** How every image kernel wants its images: [n×height×width×channels] for our [n×channels×height×width]. */
export const channelsLast: Order = [0, 2, 3, 1];

/**
 * A number block held by tfjs. Its tensor may have the axes in another order than the block's shape says: what comes
 * out of a convolution stays channels-last until somebody wants it otherwise, so a backbone transposes hardly anything.
 */
export interface TfValue extends Value {
  readonly stored: Tensor;
  readonly order: Order;
  /** The tensor with its axes ordered as asked (default: as the shape says); made once. */
  as(order?: Order): Tensor;
  /** Frees the tensors of a block that is kept; a run frees all others. */
  dispose(): void;
}

export interface BlockOptions {
  readonly shape?: readonly number[];
  readonly order?: Order;
  /** Every tensor made for this block outlives the run, until it is disposed of. */
  readonly kept?: boolean;
}

export function block(stored: Tensor, options: BlockOptions = {}): TfValue {
  const { shape = stored.shape, kept = false } = options;
  const asShape = shape.map((_, axis) => axis);
  const order = options.order ?? asShape;
  const made = new Map<string, Tensor>([[order.join(), kept ? keep(stored) : stored]]);
  return {
    shape,
    stored,
    order,
    as(wanted = asShape) {
      const known = made.get(wanted.join());
      if (known) return known;
      const fresh = transpose(
        stored,
        wanted.map((axis) => order.indexOf(axis)),
      );
      made.set(wanted.join(), kept ? keep(fresh) : fresh);
      return fresh;
    },
    dispose() {
      for (const tensor of made.values()) tensor.dispose();
    },
  };
}

/** A function of single numbers, in whatever order the axes are. */
export function mapped(value: TfValue, compute: (stored: Tensor) => Tensor): TfValue {
  return block(compute(value.stored), { shape: value.shape, order: value.order });
}
