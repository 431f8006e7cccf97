import { missingClass, undefinedMetric } from './metric-value.js';
import { rank, truePositives, type Scores } from './ranking.js';

/** The best F1 and the threshold that reaches it: scores at or above it are called defective. */
export type F1Max =
  | { readonly value: number; readonly threshold: number; readonly reason?: undefined }
  | { readonly value: null; readonly threshold: null; readonly reason: string };

/**
 * The highest F1 over the distinct scores as thresholds; of equally good thresholds the highest. Not defined for one
 * class only.
 * @throws FeddymemError (run-failed) on a score that is not finite
 */
export function f1Max(scores: Scores, labels: Uint8Array): F1Max {
  const ranking = rank(scores);
  const { order, ends } = ranking;
  const found = truePositives(ranking, labels);
  const defective = found.at(-1) ?? 0;
  const reason = missingClass(defective, labels.length - defective);
  if (reason) return { ...undefinedMetric(reason), threshold: null };
  let best = { value: 0, threshold: Infinity };
  for (let group = 0; group < ends.length; group++) {
    const value = (2 * found[group]) / (ends[group] + defective);
    if (value > best.value) best = { value, threshold: scores[order[ends[group] - 1]] };
  }
  return best;
}
