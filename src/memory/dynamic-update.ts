import type { RandomStream } from '../base/random.js';
import type { Matrix } from '../base/tensor.js';
import type { Distances } from './distances.js';
import { clusterPoints } from './k-means.js';
import { bankOfPoints, mergeSlots, type MemoryBank } from './memory-bank.js';

export interface UpdateInput {
  /** The client's training patches in the shared space, [patches × dimensions]. */
  readonly points: Matrix;
  /** The same patches after the memory generator. */
  readonly embedded: Matrix;
  readonly previous: MemoryBank;
  readonly slots: number;
}

/** How a client's bank follows its generator (METHOD: dynamic memory bank). */
export type DynamicUpdate = (
  input: UpdateInput,
  random: RandomStream,
  distances: Distances,
) => Promise<MemoryBank>;

const lloydSteps = 4;

/** Clusters the re-embedded patches afresh; a slot keeps its members' mean in the shared space. */
const rebuild: DynamicUpdate = async ({ points, embedded, slots }, random, distances) => {
  const weights = new Float64Array(points.rows).fill(1);
  const { assignment } = await clusterPoints(embedded, weights, slots, lloydSteps, random, distances);
  return mergeSlots(bankOfPoints(points), assignment, Math.min(slots, points.rows));
};

/** The choices, by the name a scenario gives them. */
export const dynamicUpdates = {
  rebuild,
  /** Keeps the bank of round 0. */
  none: ({ previous }) => Promise.resolve(previous),
} as const satisfies Record<string, DynamicUpdate>;

export type DynamicUpdateName = keyof typeof dynamicUpdates;
