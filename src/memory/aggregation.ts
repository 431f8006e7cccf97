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

/** Finds which slots an aggregation merges, before it merges them; null where every slot stays one of its own. */
export type SlotClustering = (...given: Parameters<Aggregation>) => Promise<SlotClusters | null>;

export interface SlotClusters {
  /** Cluster of each uploaded slot. */
  readonly assignment: Int32Array;
  /** Every cluster is below this number; some may be empty. */
  readonly clusters: number;
}

const lloydSteps = 15;

const weightedKMeans: SlotClustering = async (uploads, slots, random, distances) => {
  const { assignment } = await clusterPoints(
    uploads.vectors,
    uploads.weights,
    slots,
    lloydSteps,
    random,
    distances,
  );
  return { assignment, clusters: Math.min(slots, uploads.weights.length) };
};

/** The ml-kmeans library, which knows no weights: clusters are found without them, merged with them. Slow. */
const mlKMeans: SlotClustering = (uploads, slots, random) => {
  const count = uploads.weights.length;
  if (count <= slots) return Promise.resolve(null);
  const rows = Array.from({ length: count }, (_, slot) => Array.from(rowOf(uploads.vectors, slot)));
  const { clusters } = kmeans(rows, slots, { seed: random.word(), maxIterations: lloydSteps });
  return Promise.resolve({ assignment: Int32Array.from(clusters), clusters: slots });
};

const keepAll: SlotClustering = () => Promise.resolve(null);

/** The clustering of each aggregation, for those who merge by another rule. */
export const slotClusterings: Readonly<Record<AggregationName, SlotClustering>> = {
  'k-means': weightedKMeans,
  'ml-kmeans': mlKMeans,
  concat: keepAll,
  none: keepAll,
};

const merging =
  (clustering: SlotClustering): Aggregation =>
  async (uploads, ...rest) => {
    const found = await clustering(uploads, ...rest);
    return found === null ? uploads : mergeSlots(uploads, found.assignment, found.clusters);
  };

/** The server's choices, by the name a scenario gives them. */
export const aggregations = {
  'k-means': merging(weightedKMeans),
  'ml-kmeans': merging(mlKMeans),
  /** Keeps every uploaded slot: no aggregation. */
  concat: (uploads) => Promise.resolve(uploads),
  none: (uploads) => Promise.resolve(uploads),
} as const satisfies Record<string, Aggregation>;

export type AggregationName = keyof typeof aggregations;
