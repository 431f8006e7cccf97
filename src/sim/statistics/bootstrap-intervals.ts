import { normalCdf, normalQuantile } from './normal-distribution.js';
import { quantile } from './quantile.js';

export type Interval = readonly [low: number, high: number];

/** The middle `level` of the resamples. @param sorted in increasing order */
export function percentileInterval(sorted: Float64Array, level: number): Interval {
  return [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)];
}

/**
 * Efron's bias-corrected and accelerated interval (Efron 1987, JASA 82): quantiles of the resamples, shifted for their
 * median bias and for a spread that changes with the estimate.
 * @param sorted in increasing order
 * @param acceleration see {@link accelerationOf}
 */
export function bcaInterval(
  sorted: Float64Array,
  estimate: number,
  acceleration: number,
  level: number,
): Interval {
  const bias = normalQuantile(shareBelow(sorted, estimate));
  const shifted = (share: number) => {
    const z = bias + normalQuantile(share);
    const corrected = bias + z / (1 - acceleration * z);
    return quantile(sorted, normalCdf(corrected));
  };
  return [shifted((1 - level) / 2), shifted((1 + level) / 2)];
}

/** Σu³ / (6 (Σu²)^{3/2}) over what every resampled unit adds to the estimate (Davison & Hinkley 1997, chapter 5). */
export function accelerationOf(contributions: Float64Array): number {
  let squares = 0;
  let cubes = 0;
  for (const value of contributions) {
    squares += value * value;
    cubes += value * value * value;
  }
  return squares === 0 ? 0 : cubes / (6 * squares * Math.sqrt(squares));
}

/** Resamples equal to the estimate count half; half a resample at least stands on either side. */
function shareBelow(sorted: Float64Array, estimate: number): number {
  let below = 0;
  for (const value of sorted) below += value < estimate ? 1 : value === estimate ? 0.5 : 0;
  return Math.min(Math.max(below, 0.5), sorted.length - 0.5) / sorted.length;
}
