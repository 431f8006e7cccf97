import { shuffledIndices, type RandomStream } from '../../../base/random.js';

/**
 * Whole numbers in proportion to weights that add up to `total` (largest remainder); among equal remainders the seed
 * decides who gets one more.
 * @param weights not negative, at least one above 0
 */
export function apportion(weights: ArrayLike<number>, total: number, random: RandomStream): Int32Array {
  let sum = 0;
  for (let at = 0; at < weights.length; at++) sum += weights[at];
  const counts = new Int32Array(weights.length);
  const remainders = new Float64Array(weights.length);
  let left = total;
  for (let at = 0; at < weights.length; at++) {
    const quota = (weights[at] / sum) * total;
    counts[at] = Math.floor(quota);
    remainders[at] = quota - counts[at];
    left -= counts[at];
  }
  if (left === 0) return counts;
  // Stable: equal remainders stay in the seeded order.
  const order = shuffledIndices(random, weights.length).sort((a, b) => remainders[b] - remainders[a]);
  for (let at = 0; at < left; at++) counts[order[at]]++;
  return counts;
}

/** Sizes that differ by one at most and add up to `total`. */
export function evenSizes(total: number, parts: number): number[] {
  const cut = (at: number) => Math.floor((at * total) / parts);
  return Array.from({ length: parts }, (_, at) => cut(at + 1) - cut(at));
}

/** Consecutive runs of the given sizes. */
export function cut<T>(items: readonly T[], sizes: ArrayLike<number>): T[][] {
  let start = 0;
  return Array.from(sizes, (size) => items.slice(start, (start += size)));
}

export function shuffled<T>(items: readonly T[], random: RandomStream): T[] {
  return Array.from(shuffledIndices(random, items.length), (at) => items[at]);
}
