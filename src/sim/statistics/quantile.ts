import { invariant } from '../../base/errors.js';

/**
 * A sample's quantile, interpolated between neighbours (type 7 of Hyndman & Fan 1996, the default of R and NumPy).
 * @param sorted in increasing order, at least one value
 * @param share in [0, 1]
 */
export function quantile(sorted: Float64Array, share: number): number {
  invariant(sorted.length > 0 && share >= 0 && share <= 1, `quantile ${share} of ${sorted.length} values`);
  const at = share * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(below + 1, sorted.length - 1);
  // Between equal neighbours nothing is rounded.
  if (sorted[below] === sorted[above]) return sorted[below];
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}
