import type { RandomStream } from '../base/random.js';
import type { Matrix } from '../base/tensor.js';
import type { Distances } from './distances.js';
import { recountedSlots } from './ema.js';
import { clusterPoints } from './k-means.js';
import { bankOfPoints, mergeSlots, type MemoryBank } from './memory-bank.js';

export interface UpdateInput {
  /** The client's training patches where slots live: in the shared space, [patches × dimensions]. */
  readonly points: Matrix;
  /** The same patches after the memory generator. */
  readonly embedded: Matrix;
  /** The bank as training left it. */
  readonly previous: MemoryBank;
  /** Its slots after the memory generator, where they are needed. */
  readonly embeddedSlots?: Matrix;
  readonly slots: number;
}

/** How a client's bank follows its generator (METHOD: dynamic memory bank). */
export type DynamicUpdate = (
  input: UpdateInput,
  random: RandomStream,
  distances: Distances,
) => Promise<MemoryBank>;

const lloydSteps = 4;

/**
 * Clusters the re-embedded patches, from the previous slots where they are given embedded, else afresh; a slot keeps its
 * members' mean where slots live.
 */
const rebuild: DynamicUpdate = async ({ points, embedded, embeddedSlots, slots }, random, distances) => {
  const weights = new Float64Array(points.rows).fill(1);
  const { assignment } = await clusterPoints(
    embedded,
    weights,
    slots,
    lloydSteps,
    random,
    distances,
    embeddedSlots,
  );
  return mergeSlots(bankOfPoints(points), assignment, Math.min(slots, points.rows));
};

/** The bank has moved with the batches of training (ema.ts): patches are counted anew, each at its nearest slot. */
const ema: DynamicUpdate = async ({ points, embedded, previous, embeddedSlots }, _, distances) => {
  const { indices } = await distances.nearest(embedded, embeddedSlots ?? previous.vectors, 1);
  return recountedSlots(previous, points, indices);
};

/** The choices, by the name a scenario gives them. */
export const dynamicUpdates = {
  rebuild,
  ema,
  /** Keeps the bank of round 0. */
  none: ({ previous }) => Promise.resolve(previous),
} as const satisfies Record<string, DynamicUpdate>;

export type DynamicUpdateName = keyof typeof dynamicUpdates;
