import { stream } from '../../base/random.js';
import { percentileInterval, type Interval } from '../statistics/bootstrap-intervals.js';
import { wilcoxonSignedRank, type SignedRankTest } from '../statistics/wilcoxon.js';
import { byFederation, meanOf, meanOverFederations, type Value } from './values.js';

/** A row less another, over the federations and seeds that both have. */
export interface PairedDifference {
  /** Mean over federations of the mean over seeds. */
  readonly difference: number;
  /** Of 95 %; null with one federation, which can't show how federations differ. */
  readonly interval: Interval | null;
  /** Over federations × seeds, which are not independent draws. */
  readonly test: SignedRankTest;
  readonly pairs: number;
  readonly federations: number;
}

/**
 * Percentile bootstrap in two stages: federations are drawn with replacement, then seeds of each.
 * @returns null where they have nothing in common
 */
export function pairedDifference(
  a: readonly Value[],
  b: readonly Value[],
  resamples = 10_000,
): PairedDifference | null {
  const differences = differencesOf(a, b);
  const difference = meanOverFederations(differences);
  if (difference === null) return null;
  const groups = [...byFederation(differences).values()];
  return {
    difference,
    interval: groups.length > 1 ? percentileInterval(resampled(groups, resamples), 0.95) : null,
    test: wilcoxonSignedRank(differences.map(({ value }) => value)),
    pairs: differences.length,
    federations: groups.length,
  };
}

/** Where both have a value. */
export function differencesOf(a: readonly Value[], b: readonly Value[]): Value[] {
  const key = ({ federation, seed }: Value) => JSON.stringify([federation, seed]);
  const others = new Map(b.map((value) => [key(value), value.value]));
  return a.flatMap((value) => {
    const other = others.get(key(value));
    return other === undefined ? [] : [{ ...value, value: value.value - other }];
  });
}

function resampled(groups: readonly (readonly number[])[], resamples: number): Float64Array {
  const random = stream(1, 'paired difference of rows');
  const draw = <T>(from: readonly T[]) => from[random.integer(from.length)];
  return Float64Array.from({ length: resamples }, () =>
    meanOf(
      groups.map(() => {
        const group = draw(groups);
        return meanOf(group.map(() => draw(group)));
      }),
    ),
  ).sort();
}
