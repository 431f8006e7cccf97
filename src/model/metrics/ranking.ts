import { invariant, runFailed, type FeddymemError } from '../../base/errors.js';
import { sortByKeys } from './radix-sort.js';

/** Anomaly scores: the higher, the more defective. */
export type Scores = Float32Array | Float64Array;

/** Class labels beside the scores: 0 is normal, anything else defective. */
export type Labels = Uint8Array | Int32Array;

/** Scores in falling order, in groups of equal scores: each group is one threshold. */
export interface Ranking {
  readonly scores: Scores;
  /** Indices from the highest score to the lowest. */
  readonly order: Uint32Array;
  /** Where each group of equal scores ends in the order, so also how many scores reach its threshold. */
  readonly ends: Uint32Array;
}

/**
 * Sorts scores and groups the equal ones.
 * @param name what to call the score at an index in errors
 * @throws FeddymemError (run-failed) on the first score that is not finite
 */
export function rank(scores: Scores, name?: (index: number) => string): Ranking {
  const order = sortDescending(scores, name);
  const ends = new Uint32Array(order.length);
  let groups = 0;
  let score = NaN;
  for (let place = 0; place < order.length; place++) {
    const next = scores[order[place]];
    if (next !== score && place > 0) ends[groups++] = place;
    score = next;
  }
  if (order.length > 0) ends[groups++] = order.length;
  return { scores, order, ends: ends.subarray(0, groups) };
}

/** How many defective samples score at or above each threshold, from the highest threshold to the lowest. */
export function truePositives({ order, ends }: Ranking, labels: Labels): Uint32Array {
  invariant(order.length === labels.length, `${order.length} scores with ${labels.length} labels`);
  const counts = new Uint32Array(ends.length);
  let found = 0;
  let place = 0;
  for (let group = 0; group < ends.length; group++) {
    for (; place < ends[group]; place++) if (labels[order[place]] !== 0) found++;
    counts[group] = found;
  }
  return counts;
}

/**
 * The indices of the scores from highest to lowest; equal scores, 0 and −0 among them, keep their order. Float32
 * scores take a radix sort, quick enough for millions of pixels.
 * @param name what to call the score at an index in errors
 * @throws FeddymemError (run-failed) on the first score that is not finite
 */
export function sortDescending(
  scores: Scores,
  name: (index: number) => string = (index) => `score ${index}`,
): Uint32Array {
  for (let index = 0; index < scores.length; index++) {
    if (!Number.isFinite(scores[index])) throw notFinite(name(index), scores[index]);
  }
  const order = new Uint32Array(scores.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  if (scores instanceof Float32Array) {
    const keys = new Uint32Array(scores.buffer, scores.byteOffset, scores.length).map(descendingKey);
    return sortByKeys(keys, order).values;
  }
  return order.sort((a, b) => scores[b] - scores[a]);
}

/**
 * An unsigned word that rises as a float32 falls, from the float's bits; 0 and −0 have the same. The IEEE 754 bits of
 * negative numbers already do.
 */
export function descendingKey(bits: number): number {
  return bits <= 0x80000000 ? (bits & 0x7fffffff) ^ 0x7fffffff : bits;
}

/** Whether the bits are a finite float32's. */
export function isFiniteFloat(bits: number): boolean {
  return (bits & 0x7f800000) !== 0x7f800000;
}

/** What is thrown where a score is not finite. */
export function notFinite(name: string, score: number): FeddymemError {
  return runFailed(
    `anomaly ${name} is ${score}, not a finite number`,
    'Training has diverged or its input is damaged: look at the losses of the last rounds.',
  );
}
