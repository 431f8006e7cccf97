import type { RandomStream } from '../base/random.js';
import type { Distances } from './distances.js';
import { clusterPoints } from './k-means.js';
import { mergeSlots, type MemoryBank } from './memory-bank.js';

/** Shrinks a bank to at most `slots` slots before its upload (METHOD: memory-reduce). */
export type MemoryReduce = (
  bank: MemoryBank,
  slots: number,
  random: RandomStream,
  distances: Distances,
) => Promise<MemoryBank>;

const lloydSteps = 6;

/** Weighted k-means over the slots; every cluster becomes its weighted average. */
const weightedAverage: MemoryReduce = async (bank, slots, random, distances) => {
  const { assignment } = await clusterPoints(
    bank.vectors,
    bank.weights,
    slots,
    lloydSteps,
    random,
    distances,
  );
  return mergeSlots(bank, assignment, Math.min(slots, bank.weights.length));
};

/** The ways to shrink a bank, by the name a scenario gives them. */
export const memoryReducers = {
  'weighted-average': weightedAverage,
  /** Uploads every slot. */
  none: (bank) => Promise.resolve(bank),
} as const satisfies Record<string, MemoryReduce>;

export type MemoryReduceName = keyof typeof memoryReducers;
