import type { RandomStream } from '../base/random.js';
import type { Matrix } from '../base/tensor.js';
import type { Distances } from './distances.js';
import { clusterPoints } from './k-means.js';
import { meansOfClusters, mergeAround, mergeSlots, type MemoryBank } from './memory-bank.js';
import {
  coresetRepresentatives,
  randomRepresentatives,
  representSlots,
  type ChooseRepresentatives,
} from './representatives.js';
import { softReduce } from './soft-reduce.js';

/**
 * Shrinks a bank to at most `slots` slots before its upload (METHOD: memory-reduce).
 * @param start where clustering begins; left out: afresh
 */
export type MemoryReduce = (
  bank: MemoryBank,
  slots: number,
  random: RandomStream,
  distances: Distances,
  start?: Matrix,
) => Promise<MemoryBank>;

const lloydSteps = 6;

/** Weighted k-means over the slots. */
async function clustersOf(...[bank, slots, random, distances, start]: Parameters<MemoryReduce>) {
  const { vectors, weights } = bank;
  const { assignment } = await clusterPoints(vectors, weights, slots, lloydSteps, random, distances, start);
  return { assignment, clusters: Math.min(slots, weights.length) };
}

/** Every cluster becomes its weighted average. */
const weightedAverage: MemoryReduce = async (bank, ...rest) => {
  const { assignment, clusters } = await clustersOf(bank, ...rest);
  return mergeSlots(bank, assignment, clusters);
};

/** The same clusters, but the vectors are the plain means of the slots: what the weights are worth. */
const uniformMean: MemoryReduce = async (bank, ...rest) => {
  const { assignment, clusters } = await clustersOf(bank, ...rest);
  const alike = new Float64Array(bank.weights.length).fill(1);
  return mergeAround(bank, assignment, clusters, meansOfClusters(bank, alike, assignment, clusters));
};

const representing =
  (choose: ChooseRepresentatives): MemoryReduce =>
  async (bank, slots, random, distances) => {
    const chosen = await choose(bank, slots, random, distances);
    return chosen === null ? bank : representSlots(bank, chosen);
  };

/** The ways to shrink a bank, by the name a scenario gives them. */
export const memoryReducers = {
  'weighted-average': weightedAverage,
  'uniform-mean': uniformMean,
  soft: softReduce,
  random: representing(randomRepresentatives),
  coreset: representing(coresetRepresentatives),
  /** Uploads every slot. */
  none: (bank) => Promise.resolve(bank),
} as const satisfies Record<string, MemoryReduce>;

export type MemoryReduceName = keyof typeof memoryReducers;
