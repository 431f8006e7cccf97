import { invariant } from '../../base/errors.js';
import { normalCdf } from './normal-distribution.js';
import { signedRankCdf } from './signed-rank-distribution.js';

/** Wilcoxon's signed-rank test of paired differences against symmetry about 0, two-sided. */
export interface SignedRankTest {
  /** Differences that are not 0: what the test speaks of. */
  readonly n: number;
  /** Differences of 0, dropped as Wilcoxon (1945) does. */
  readonly zeros: number;
  /** W⁺: sum of the ranks of the positive differences. */
  readonly rankSum: number;
  /** In (0, 1]; 1 where every difference is 0. */
  readonly p: number;
  /** From the exact distribution, or from the normal approximation with corrections for ties and continuity. */
  readonly exact: boolean;
}

/** Largest n of the exact distribution: where printed tables end. */
const largestExact = 25;
/** Differences nearer than this are equal: 0.9 − 0.8 and 0.8 − 0.7 part in the last bit. */
const resolution = 1e-12;

/** Exact for n ≤ 25 without ties (Wilcoxon 1945, Biometrics Bulletin 1); zeros are dropped, ties get mid-ranks. */
export function wilcoxonSignedRank(differences: readonly number[]): SignedRankTest {
  invariant(differences.every(Number.isFinite), 'a paired difference is not finite');
  const rounded = differences.map((value) => Math.round(value / resolution));
  const nonzero = rounded.filter((value) => value !== 0);
  const n = nonzero.length;
  const zeros = rounded.length - n;
  if (n === 0) return { n, zeros, rankSum: 0, p: 1, exact: true };
  const { rankSum, tieTerm } = rankedSum(nonzero);
  const smaller = Math.min(rankSum, (n * (n + 1)) / 2 - rankSum);
  const exact = n <= largestExact && tieTerm === 0;
  const p = exact ? 2 * signedRankCdf(smaller, n) : approximate(smaller, n, tieTerm);
  return { n, zeros, rankSum, p: Math.min(1, Math.max(p, Number.MIN_VALUE)), exact };
}

/** The sum of the positive values' mid-ranks by magnitude, and Σ(t³ − t) over groups of t ties. */
function rankedSum(values: readonly number[]): { rankSum: number; tieTerm: number } {
  const sorted = values.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  let rankSum = 0;
  let tieTerm = 0;
  for (let start = 0; start < sorted.length;) {
    let end = start;
    let positive = 0;
    for (; end < sorted.length && Math.abs(sorted[end]) === Math.abs(sorted[start]); end++)
      if (sorted[end] > 0) positive++;
    const ties = end - start;
    // Ranks count from 1: the group's are start + 1 … end.
    rankSum += (positive * (start + 1 + end)) / 2;
    tieTerm += ties * ties * ties - ties;
    start = end;
  }
  return { rankSum, tieTerm };
}

function approximate(smaller: number, n: number, tieTerm: number): number {
  const mean = (n * (n + 1)) / 4;
  const variance = (n * (n + 1) * (2 * n + 1)) / 24 - tieTerm / 48;
  return 2 * normalCdf(Math.min(0, smaller + 0.5 - mean) / Math.sqrt(variance));
}
