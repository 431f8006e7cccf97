import { invariant } from '../../base/errors.js';

/**
 * Adjusts p-values for being several, in their own order (Holm 1979, Scandinavian Journal of Statistics 6): rejecting
 * what stays below α errs with probability α at most, however the tests depend on one another.
 */
export function holm(pValues: readonly number[]): number[] {
  invariant(
    pValues.every((p) => p >= 0 && p <= 1),
    'a p-value outside [0, 1]',
  );
  const order = pValues.map((_, at) => at).sort((a, b) => pValues[a] - pValues[b] || a - b);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((at, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * pValues[at]));
    adjusted[at] = largest;
  });
  return adjusted;
}
