import { sampleIndices, type RandomStream } from '../base/random.js';
import { gatherRows } from '../base/tensor.js';
import { greedyCoreset } from './coreset.js';
import type { Distances } from './distances.js';
import { mergeAround, type MemoryBank } from './memory-bank.js';

/** Which slots stand for all, and for which. */
export interface Representation {
  /** Indices of the slots that stay as they are. */
  readonly representatives: Int32Array;
  /** For each slot, the place of its nearest representative. */
  readonly assignment: Int32Array;
}

/** Chooses slots that stand for the others; null where all can stay. */
export type ChooseRepresentatives = (
  bank: MemoryBank,
  slots: number,
  random: RandomStream,
  distances: Distances,
) => Promise<Representation | null>;

const choosing =
  (choose: (bank: MemoryBank, slots: number, random: RandomStream) => Int32Array): ChooseRepresentatives =>
  async (bank, slots, random, distances) => {
    if (bank.weights.length <= slots) return null;
    const representatives = choose(bank, slots, random);
    const { indices } = await distances.nearest(bank.vectors, gatherRows(bank.vectors, representatives), 1);
    return { representatives, assignment: indices };
  };

/** Uniformly at random, without replacement. */
export const randomRepresentatives = choosing((bank, slots, random) =>
  sampleIndices(random, bank.weights.length, slots),
);

/** Greedy k-centre: rare places count as much as frequent ones. */
export const coresetRepresentatives = choosing((bank, slots, random) =>
  greedyCoreset(bank.vectors, slots, random),
);

/**
 * Representatives keep their vectors and take over the weights of the slots they stand for; variances are around those
 * vectors. Of equal representatives one is left.
 */
export function representSlots(
  bank: MemoryBank,
  { representatives, assignment }: Representation,
): MemoryBank {
  const { data } = gatherRows(bank.vectors, representatives);
  return mergeAround(bank, assignment, representatives.length, data);
}
