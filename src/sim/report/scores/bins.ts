import { portableExp, portableLog } from '../../../base/portable-math.js';
import type { ClientScores } from './read-scores.js';

/** Images whose scores lie in [from, to); the last bin has its upper end too. */
export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly normal: number;
  readonly defective: number;
}

export interface Histogram {
  readonly bins: readonly Bin[];
  /** Bins are equal in the score's logarithm. */
  readonly logarithmic: boolean;
}

/** From this ratio of highest to lowest score on, the few highest would press the rest into one bin. */
const logarithmicFrom = 8;

/** Counts both classes in bins of equal width from the lowest to the highest score. */
export function binScores({ normal, defective }: ClientScores, count: number): Histogram {
  let [low, high] = [Infinity, -Infinity];
  for (const scores of [normal, defective])
    for (const score of scores) [low, high] = [Math.min(low, score), Math.max(high, score)];
  if (low > high) return { bins: [], logarithmic: false };
  // All scores alike still make one bar that can be seen.
  if (low === high) [low, high] = [low - 0.5, high + 0.5];
  const logarithmic = low > 0 && high / low >= logarithmicFrom;
  const edges = edgesOf(low, high, count, logarithmic);
  const bins = edges.slice(1).map((to, at) => ({ from: edges[at], to, normal: 0, defective: 0 }));
  const binOf = (score: number) => bins.find(({ to }) => score < to) ?? bins[count - 1];
  for (const score of normal) binOf(score).normal++;
  for (const score of defective) binOf(score).defective++;
  return { bins, logarithmic };
}

function edgesOf(low: number, high: number, count: number, logarithmic: boolean): number[] {
  const span = logarithmic ? portableLog(high / low) : high - low;
  return Array.from({ length: count + 1 }, (_, at) => {
    if (at === 0) return low;
    if (at === count) return high;
    const share = (at * span) / count;
    return logarithmic ? low * portableExp(share) : low + share;
  });
}
