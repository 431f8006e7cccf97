import { invariant, runFailed } from '../../base/errors.js';

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

const digitBits = 11;
const radix = 1 << digitBits;

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
    if (!Number.isFinite(scores[index]))
      throw runFailed(
        `anomaly ${name(index)} is ${scores[index]}, not a finite number`,
        'Training has diverged or its input is damaged: look at the losses of the last rounds.',
      );
  }
  const order = new Uint32Array(scores.length);
  for (let index = 0; index < order.length; index++) order[index] = index;
  if (scores instanceof Float32Array) return radixSort(descendingKeys(scores), order);
  return order.sort((a, b) => scores[b] - scores[a]);
}

/** Unsigned words that rise as the floats fall; the IEEE 754 bits of negative numbers already do. */
function descendingKeys(scores: Float32Array): Uint32Array {
  const keys = new Uint32Array(scores.buffer, scores.byteOffset, scores.length).slice();
  for (let index = 0; index < keys.length; index++) {
    const bits = keys[index];
    if (bits <= 0x80000000) keys[index] = (bits & 0x7fffffff) ^ 0x7fffffff;
  }
  return keys;
}

/** Sorts `values` by 32-bit keys, three digits of 11 bits, the least significant first. Overwrites both. */
function radixSort(keys: Uint32Array, values: Uint32Array): Uint32Array {
  let sourceKeys = keys;
  let source = values;
  let targetKeys: Uint32Array = new Uint32Array(keys.length);
  let target: Uint32Array = new Uint32Array(keys.length);
  for (let shift = 0; shift < 32; shift += digitBits) {
    moveByDigit(sourceKeys, source, targetKeys, target, shift);
    [sourceKeys, targetKeys] = [targetKeys, sourceKeys];
    [source, target] = [target, source];
  }
  return source;
}

function moveByDigit(
  sourceKeys: Uint32Array,
  source: Uint32Array,
  targetKeys: Uint32Array,
  target: Uint32Array,
  shift: number,
): void {
  const places = digitPlaces(sourceKeys, shift);
  for (let index = 0; index < source.length; index++) {
    const key = sourceKeys[index];
    const place = places[(key >>> shift) & (radix - 1)]++;
    targetKeys[place] = key;
    target[place] = source[index];
  }
}

/** Where the first key of each digit goes. */
function digitPlaces(keys: Uint32Array, shift: number): Uint32Array {
  const places = new Uint32Array(radix);
  for (let index = 0; index < keys.length; index++) places[(keys[index] >>> shift) & (radix - 1)]++;
  let place = 0;
  for (let digit = 0; digit < radix; digit++) {
    const size = places[digit];
    places[digit] = place;
    place += size;
  }
  return places;
}
