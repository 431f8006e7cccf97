import { portableLog } from './portable-math.js';
import { seedWords } from './seed-words.js';

export { portableLog } from './portable-math.js';

/** The place of a random stream: adding a client, a metric or a worker disturbs no other address. */
export type Address = readonly (string | number)[];

/** A deterministic stream of random numbers. */
export interface RandomStream {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform integer in [0, bound). */
  integer(bound: number): number;
  /** An unsigned 32-bit word. */
  word(): number;
  /** One standard normal number. */
  normal(): number;
  /** Fills `target` with standard normal numbers. */
  fillNormal(target: Float32Array): void;
}

/**
 * The stream at an address of a seed. RC4 turns the address into 128 bits of state; sfc32 (Chris
 * Doty-Humphrey's small fast counting generator) draws from there, about thirty times faster than ARC4 in bulk.
 */
export function stream(seed: number | string, ...address: Address): RandomStream {
  let [a, b, c, counter] = seedWords(JSON.stringify([seed, ...address]));

  function word(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  }

  const quantiles = normalQuantiles();
  return {
    word,
    uniform: () => word() / 4294967296,
    integer: (bound) => Math.floor((word() / 4294967296) * bound),
    normal: () => quantiles[word() >>> 16],
    fillNormal(target) {
      // Two draws a word: each 16-bit half picks the midpoint of one of 65,536 equally likely slices.
      let index = 0;
      for (; index + 1 < target.length; index += 2) {
        const bits = word();
        target[index] = quantiles[bits >>> 16];
        target[index + 1] = quantiles[bits & 0xffff];
      }
      if (index < target.length) target[index] = quantiles[word() >>> 16];
    },
  };
}

/** A seeded permutation's first `count` of the integers 0 … total−1, in increasing order (without replacement). */
export function sampleIndices(random: RandomStream, total: number, count: number): Int32Array {
  const order = shuffledIndices(random, total);
  return order.slice(0, Math.min(count, total)).sort();
}

/** The integers 0 … total−1 in a seeded order (Fisher–Yates). */
export function shuffledIndices(random: RandomStream, total: number): Int32Array {
  const order = Int32Array.from({ length: total }, (_, index) => index);
  for (let last = total - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    const held = order[last];
    order[last] = order[other];
    order[other] = held;
  }
  return order;
}

let cachedQuantiles: Float32Array | undefined;

/**
 * 65,536 midpoint quantiles of the normal distribution, scaled to unit variance. Built from arithmetic and square
 * roots alone (Acklam's rational approximation with our own logarithm), because ECMAScript leaves the accuracy of
 * Math.log to the platform and these numbers must have the same bits everywhere.
 */
function normalQuantiles(): Float32Array {
  if (cachedQuantiles) return cachedQuantiles;
  const size = 65536;
  const table = new Float64Array(size);
  let squares = 0;
  for (let index = 0; index < size / 2; index++) {
    const quantile = lowerNormalQuantile((index + 0.5) / size);
    table[index] = quantile;
    table[size - 1 - index] = -quantile;
    squares += 2 * quantile * quantile;
  }
  const scale = Math.sqrt(size / squares);
  cachedQuantiles = Float32Array.from(table, (value) => value * scale);
  return cachedQuantiles;
}

/** Inverse normal distribution function for 0 < p < ½ (P. J. Acklam 2003, relative error < 1.2e-9). */
function lowerNormalQuantile(p: number): number {
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * portableLog(p));
    const numerator =
      ((((-7.784894002430293e-3 * q - 3.223964580411365e-1) * q - 2.400758277161838) * q -
        2.549732539343734) *
        q +
        4.374664141464968) *
        q +
      2.938163982698783;
    const denominator =
      (((7.784695709041462e-3 * q + 3.224671290700398e-1) * q + 2.445134137142996) * q + 3.754408661907416) *
        q +
      1;
    return numerator / denominator;
  }
  const q = p - 0.5;
  const r = q * q;
  const numerator =
    (((((-3.969683028665376e1 * r + 2.209460984245205e2) * r - 2.759285104469687e2) * r +
      1.38357751867269e2) *
      r -
      3.066479806614716e1) *
      r +
      2.506628277459239) *
    q;
  const denominator =
    ((((-5.447609879822406e1 * r + 1.615858368580409e2) * r - 1.556989798598866e2) * r +
      6.680131188771972e1) *
      r -
      1.328068155288572e1) *
      r +
    1;
  return numerator / denominator;
}
