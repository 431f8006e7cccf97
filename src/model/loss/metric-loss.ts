import type { Ops, Value } from '../engine/ops.js';
import type { PinnedModule } from '../own-part.js';
import { attract, hypersphere } from './hypersphere.js';
import { infoNce } from './info-nce.js';
import { noise } from './noise.js';

/** Embedded patches, and how far they are from the slots. */
export interface LossPoints<V extends Value> {
  /** [batch × dimensions]: through them, gradients reach the generator. */
  readonly points: V;
  /**
   * Squared distances from each embedded patch to its `count` nearest slots, over r², in increasing order:
   * [batch × count]. The slots are constants: gradients reach the patches alone.
   */
  nearest(count: number): V;
}

/** What a metric loss sees of a batch. */
export interface LossInput<V extends Value> extends LossPoints<V> {
  /** Slots there are. */
  readonly slots: number;
  /** The embedded slots, [slots × dimensions]: constants. */
  readonly memory: V;
  /** Squared distances from each embedded patch to every slot, over r²: [batch × slots]. */
  distances(): V;
  /** The batch with noise on it, embedded: for a loss that asks for `negatives`. */
  readonly negatives?: LossPoints<V>;
}

/** Draws the embeddings of normal patches together (METHOD: metric loss). Returns a scalar. */
export interface MetricLoss {
  <V extends Value>(ops: Ops<V>, input: LossInput<V>): V;
  /** Whether it is to be given negatives: normal patches with noise, as if they were anomalies. */
  readonly negatives?: boolean;
}

/** The losses that come along, by the name a scenario gives them; `none` trains nothing. */
export const metricLosses = {
  hypersphere,
  attract,
  noise,
  'info-nce': infoNce,
  none: null,
} as const satisfies Record<string, MetricLoss | null>;
export type MetricLossName = keyof typeof metricLosses | PinnedModule;
