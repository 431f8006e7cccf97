import type { Ops, Value } from '../engine/ops.js';
import type { PinnedModule } from '../own-part.js';

/** What a metric loss sees of a batch. */
export interface LossInput<V extends Value> {
  /** Slots there are. */
  readonly slots: number;
  /** The embedded patches, [batch × dimensions]: through them, gradients reach the generator. */
  readonly points: V;
  /** The embedded slots, [slots × dimensions]: constants. */
  readonly memory: V;
  /**
   * Squared distances from each embedded patch to its `count` nearest slots, over r², in increasing order:
   * [batch × count]. The slots are constants: gradients reach the patches alone.
   */
  nearest(count: number): V;
}

/** Draws the embeddings of normal patches together (METHOD: metric loss). Returns a scalar. */
export type MetricLoss = <V extends Value>(ops: Ops<V>, input: LossInput<V>) => V;

/** Slots that attract, and as many more that must stay away. */
const neighbours = 3;
/** Squared radius of the hypersphere around a slot, and how far the next slots must stay out, both over r². */
const attractRadius = 0.5;
const repelRadius = 0.6;

/** Coupled hyperspheres (CFA, Lee et al. 2022): near slots within a radius, the next ones outside another. */
const hypersphere: MetricLoss = (ops, { slots, nearest }) => {
  const found = Math.min(2 * neighbours, slots);
  const near = Math.min(neighbours, slots);
  const distances = nearest(found);
  const attracted = ops.mean(ops.relu(ops.subtract(ops.slice(distances, 1, 0, near), attractRadius)));
  if (found === near) return attracted;
  const others = ops.slice(distances, 1, near, found);
  const repelled = ops.mean(ops.relu(ops.add(ops.multiply(others, -1), repelRadius)));
  return ops.add(attracted, repelled);
};

/** The attracting half of `hypersphere` alone. */
const attract: MetricLoss = (ops, { slots, nearest }) =>
  ops.mean(ops.relu(ops.subtract(nearest(Math.min(neighbours, slots)), attractRadius)));

/** The losses that come along, by the name a scenario gives them; `none` trains nothing. */
export const metricLosses = { hypersphere, attract, none: null } as const satisfies Record<
  string,
  MetricLoss | null
>;
export type MetricLossName = keyof typeof metricLosses | PinnedModule;
