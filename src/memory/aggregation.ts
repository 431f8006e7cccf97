import { kmeans } from 'ml-kmeans';
import type { RandomStream } from '../base/random.js';
import { rowOf } from '../base/tensor.js';
import type { Distances } from './distances.js';
import { clusterPoints } from './k-means.js';
import { mergeSlots, type MemoryBank } from './memory-bank.js';

/** The server's step: all uploads, concatenated, become a global memory of at most `slots` slots. */
export type Aggregation = (
  uploads: MemoryBank,
  slots: number,
  random: RandomStream,
  distances: Distances,
) => Promise<MemoryBank>;

const lloydSteps = 15;

const weightedKMeans: Aggregation = async (uploads, slots, random, distances) => {
  const { assignment } = await clusterPoints(
    uploads.vectors,
    uploads.weights,
    slots,
    lloydSteps,
    random,
    distances,
  );
  return mergeSlots(uploads, assignment, Math.min(slots, uploads.weights.length));
};

/** The ml-kmeans library, which knows no weights: clusters are found without them, merged with them. Slow. */
const mlKMeans: Aggregation = (uploads, slots, random) => {
  const count = uploads.weights.length;
  if (count <= slots) return Promise.resolve(uploads);
  const rows = Array.from({ length: count }, (_, slot) => Array.from(rowOf(uploads.vectors, slot)));
  const { clusters } = kmeans(rows, slots, { seed: random.word(), maxIterations: lloydSteps });
  return Promise.resolve(mergeSlots(uploads, Int32Array.from(clusters), slots));
};

/** The server's choices, by the name a scenario gives them. */
export const aggregations = {
  'k-means': weightedKMeans,
  'ml-kmeans': mlKMeans,
  /** Keeps every uploaded slot: no aggregation. */
  concat: (uploads) => Promise.resolve(uploads),
  none: (uploads) => Promise.resolve(uploads),
} as const satisfies Record<string, Aggregation>;

export type AggregationName = keyof typeof aggregations;
