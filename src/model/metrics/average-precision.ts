import { missingClass, undefinedMetric, type MetricValue } from './metric-value.js';
import { rank, truePositives, type Scores } from './ranking.js';

/**
 * Average precision Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct thresholds, as scikit-learn's average_precision_score defines
 * it: no interpolation, equal scores as one step. Not defined for one class only.
 * @throws FeddymemError (run-failed) on a score that is not finite
 */
export function averagePrecision(scores: Scores, labels: Uint8Array): MetricValue {
  const ranking = rank(scores);
  const found = truePositives(ranking, labels);
  const defective = found.at(-1) ?? 0;
  const reason = missingClass(defective, labels.length - defective);
  if (reason) return undefinedMetric(reason);
  let value = 0;
  let foundBefore = 0;
  for (let group = 0; group < found.length; group++) {
    value += ((found[group] - foundBefore) / defective) * (found[group] / ranking.ends[group]);
    foundBefore = found[group];
  }
  return { value };
}
