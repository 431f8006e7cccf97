import { matrix, rowOf } from '../base/tensor.js';
import { totalWeight, withoutWeightless, type MemoryBank } from './memory-bank.js';
import { fewestVoices, usualMultiple, type ClientBank, type UploadRule } from './robust-rule.js';
import { median } from './robust-statistics.js';

/**
 * Norm clipping (Sun et al. 2019, "Can You Really Backdoor Federated Learning?"), for memories: slots longer than 3 ×
 * the usual length are scaled back to it, and so are the weights of a client heavier than 3 × the usual total. What is
 * usual is a median over clients, three or more, of each client's median length and of its total: many slots are no
 * more votes.
 */
export const clipNorms: UploadRule = (uploads) => {
  const clipped = clipLengths(clipTotals(uploads));
  const limited = uploads.filter(({ bank }, index) => clipped[index].bank !== bank);
  return {
    // A scaled weight can vanish; a slot of no weight stands for nothing.
    uploads: clipped.map(({ client, bank }) => ({ client, bank: withoutWeightless(bank) })),
    limited: new Set(limited.map(({ client }) => client)),
  };
};

/** Scales the weights of clients heavier than 3 × the median client; all others keep their very banks. */
export function clipTotals(uploads: readonly ClientBank[]): readonly ClientBank[] {
  const heaviest = usualMultiple * medianOf(uploads, totalWeight);
  return uploads.map((upload) => {
    const total = totalWeight(upload.bank);
    if (!(total > heaviest)) return upload;
    const weights = upload.bank.weights.map((weight) => weight * (heaviest / total));
    return { ...upload, bank: { ...upload.bank, weights } };
  });
}

function clipLengths(uploads: readonly ClientBank[]): readonly ClientBank[] {
  const longest = usualMultiple * medianOf(uploads, (bank) => median(slotLengths(bank)));
  // A usual length of zero says nothing about anybody.
  return longest > 0
    ? uploads.map(({ client, bank }) => ({ client, bank: clipVectors(bank, longest) }))
    : uploads;
}

/** Median over the clients that bring slots; infinite for fewer than three: nobody can tell which one is wrong. */
function medianOf(uploads: readonly ClientBank[], measure: (bank: MemoryBank) => number): number {
  const voters = uploads.map(({ bank }) => bank).filter(({ weights }) => weights.length > 0);
  return voters.length < fewestVoices ? Infinity : median(voters.map(measure));
}

/** Euclidean lengths; the origin of the shared space is the mean over all clients. */
function slotLengths({ vectors }: MemoryBank): number[] {
  return Array.from({ length: vectors.rows }, (_, slot) => {
    let squares = 0;
    for (const value of rowOf(vectors, slot)) squares += value * value;
    return Math.sqrt(squares);
  });
}

/** The bank itself where no slot is too long. */
function clipVectors(bank: MemoryBank, longest: number): MemoryBank {
  const lengths = slotLengths(bank);
  if (lengths.every((length) => length <= longest)) return bank;
  const { rows, columns, data } = bank.vectors;
  const vectors = matrix(rows, columns, Float32Array.from(data));
  lengths.forEach((length, slot) => {
    if (length <= longest) return;
    const row = rowOf(vectors, slot);
    for (let axis = 0; axis < columns; axis++) row[axis] *= longest / length;
  });
  return { ...bank, vectors };
}
