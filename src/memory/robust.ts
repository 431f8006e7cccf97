import type { RandomStream } from '../base/random.js';
import type { Matrix } from '../base/tensor.js';
import { aggregations, slotClusterings, type AggregationName } from './aggregation.js';
import type { Distances } from './distances.js';
import { concatenateBanks, totalWeight, withoutWeightless, type MemoryBank } from './memory-bank.js';
import { mergeClusters } from './robust-clusters.js';
import { medianOfMeans } from './robust-median-of-means.js';
import { clipNorms, clipTotals } from './robust-norm-clip.js';
import type { ClientBank, ClusterStage, RobustRule, UploadRule } from './robust-rule.js';
import { trimClusters } from './robust-trimmed.js';

export type { ClientBank } from './robust-rule.js';

/** The global memory, and what became of the clients' weights on the way to it. */
export interface Aggregated {
  readonly memory: MemoryBank;
  /** Of the uploads as they came. */
  readonly weightIn: number;
  /** What the rule let through: the memory's total weight, but for rounding. */
  readonly weightAfterRobust: number;
  /** Clients whose influence was cut, in the order of the uploads. */
  readonly limited: readonly string[];
}

/** The ways to limit what a single client can do, by the name a scenario gives them (docs/robust.md). */
export const robustRules = {
  none: { stage: 'uploads', limit: (uploads) => ({ uploads, limited: new Set() }) },
  'norm-clip': { stage: 'uploads', limit: clipNorms },
  trimmed: { stage: 'clusters', begin: () => trimClusters },
  'median-of-means': { stage: 'clusters', begin: medianOfMeans },
} as const satisfies Record<string, RobustRule>;

export type RobustName = keyof typeof robustRules;

/**
 * The server's step: the clients' banks become a global memory of at most `slots` slots, none of weight zero. With
 * `none` it is the aggregation itself, bit for bit.
 * @param random the clustering draws from it first, then the rule
 * @param start where clustering begins; left out: afresh
 */
export async function aggregateBanks(
  uploads: readonly ClientBank[],
  dimensions: number,
  slots: number,
  aggregation: AggregationName,
  robust: RobustName,
  random: RandomStream,
  distances: Distances,
  start?: Matrix,
): Promise<Aggregated> {
  const rule: RobustRule = robustRules[robust];
  const cluster = [slots, random, distances, start] as const;
  const { memory, weight, limited } =
    rule.stage === 'uploads'
      ? await aggregateLimited(rule.limit(uploads))
      : await aggregateClusters(byName(uploads), rule.begin);
  return {
    memory,
    weightIn: totalWeight(concatenate(uploads, dimensions)),
    weightAfterRobust: weight,
    limited: uploads.map(({ client }) => client).filter((client) => limited.has(client)),
  };

  async function aggregateLimited(accepted: ReturnType<UploadRule>) {
    const bank = concatenate(accepted.uploads, dimensions);
    const memory = await aggregations[aggregation](bank, ...cluster);
    return { memory, weight: totalWeight(bank), limited: accepted.limited };
  }

  async function aggregateClusters(ordered: readonly ClientBank[], begin: ClusterStage['begin']) {
    const bank = concatenate(ordered, dimensions);
    // k-means is weighted: unclipped, a heavy client would draw nearly all seeds, and the others would share a cluster.
    const balanced = concatenate(clipTotals(ordered), dimensions);
    const found = await slotClusterings[aggregation](balanced, ...cluster);
    // Every slot on its own: one client is present in each, and nothing can be said.
    if (found === null) return { memory: bank, weight: totalWeight(bank), limited: new Set<string>() };
    return mergeClusters(ordered, bank, found, begin(ordered.length, random));
  }
}

/**
 * Those who bring slots, by name: clusters and groups, so who is limited, do not depend on the order of the uploads.
 * Slots of no weight are nobody's presence.
 */
function byName(uploads: readonly ClientBank[]): ClientBank[] {
  return uploads
    .map(({ client, bank }) => ({ client, bank: withoutWeightless(bank) }))
    .filter(({ bank }) => bank.weights.length > 0)
    .sort((a, b) => (a.client < b.client ? -1 : 1));
}

function concatenate(uploads: readonly ClientBank[], dimensions: number): MemoryBank {
  return concatenateBanks(
    uploads.map(({ bank }) => bank),
    dimensions,
  );
}
