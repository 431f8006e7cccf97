import type { RandomStream } from '../base/random.js';
import { rowOf, type Matrix } from '../base/tensor.js';
import type { Distances } from './distances.js';
import { clusterPoints } from './k-means.js';
import { mergeSlots, type MemoryBank } from './memory-bank.js';
import {
  coresetRepresentatives,
  randomRepresentatives,
  representSlots,
  type ChooseRepresentatives,
} from './representatives.js';

/**
 * The server's step: all uploads, concatenated, become a global memory of at most `slots` slots.
 * @param start where clustering begins; left out: afresh
 */
export type Aggregation = (
  uploads: MemoryBank,
  slots: number,
  random: RandomStream,
  distances: Distances,
  start?: Matrix,
) => Promise<MemoryBank>;

/** Finds which slots an aggregation joins, before it joins them; null where every slot stays one of its own. */
export type SlotClustering = (...given: Parameters<Aggregation>) => Promise<SlotClusters | null>;

export interface SlotClusters {
  /** Cluster of each uploaded slot. */
  readonly assignment: Int32Array;
  /** Every cluster is below this number; some may be empty. */
  readonly clusters: number;
}

const lloydSteps = 15;

const weightedKMeans: SlotClustering = async (uploads, slots, random, distances, start) => {
  const { assignment } = await clusterPoints(
    uploads.vectors,
    uploads.weights,
    slots,
    lloydSteps,
    random,
    distances,
    start,
  );
  return { assignment, clusters: Math.min(slots, uploads.weights.length) };
};

/** The ml-kmeans library, which knows no weights: clusters are found without them, merged with them. Slow. */
const mlKMeans: SlotClustering = async (uploads, slots, random) => {
  const count = uploads.weights.length;
  if (count <= slots) return null;
  // Some 250 modules, which nobody else needs.
  const { kmeans } = await import('ml-kmeans');
  const rows = Array.from({ length: count }, (_, slot) => Array.from(rowOf(uploads.vectors, slot)));
  const { clusters } = kmeans(rows, slots, { seed: random.word(), maxIterations: lloydSteps });
  return { assignment: Int32Array.from(clusters), clusters: slots };
};

/** Each slot goes with its nearest representative; who merges by another rule merges these groups. */
const around =
  (choose: ChooseRepresentatives): SlotClustering =>
  async (uploads, slots, random, distances) => {
    const chosen = await choose(uploads, slots, random, distances);
    return chosen && { assignment: chosen.assignment, clusters: chosen.representatives.length };
  };

const keepAll: SlotClustering = () => Promise.resolve(null);

/** The clustering of each aggregation, for those who merge by another rule. */
export const slotClusterings: Readonly<Record<AggregationName, SlotClustering>> = {
  'k-means': weightedKMeans,
  'ml-kmeans': mlKMeans,
  random: around(randomRepresentatives),
  coreset: around(coresetRepresentatives),
  concat: keepAll,
  none: keepAll,
};

const merging =
  (clustering: SlotClustering): Aggregation =>
  async (uploads, ...rest) => {
    const found = await clustering(uploads, ...rest);
    return found === null ? uploads : mergeSlots(uploads, found.assignment, found.clusters);
  };

const representing =
  (choose: ChooseRepresentatives): Aggregation =>
  async (uploads, slots, random, distances) => {
    const chosen = await choose(uploads, slots, random, distances);
    return chosen === null ? uploads : representSlots(uploads, chosen);
  };

/** The server's choices, by the name a scenario gives them. */
export const aggregations = {
  'k-means': merging(weightedKMeans),
  'ml-kmeans': merging(mlKMeans),
  /** Slots drawn at random stay as they are and stand for their nearest. */
  random: representing(randomRepresentatives),
  /** The same of slots chosen by greedy k-centre. */
  coreset: representing(coresetRepresentatives),
  /** Keeps every uploaded slot: no aggregation. */
  concat: (uploads) => Promise.resolve(uploads),
  none: (uploads) => Promise.resolve(uploads),
} as const satisfies Record<string, Aggregation>;

export type AggregationName = keyof typeof aggregations;
