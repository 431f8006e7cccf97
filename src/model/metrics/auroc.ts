import { missingClass, undefinedMetric, type MetricValue } from './metric-value.js';
import type { PixelRanking } from './pixel-ranking.js';
import { rank, truePositives, type Labels, type Ranking, type Scores } from './ranking.js';

/**
 * Area under the ROC curve: the chance that a defective sample scores above a normal one, equal scores counting half
 * (the Mann–Whitney statistic with mid-ranks). Not defined for one class only.
 * @throws FeddymemError (run-failed) on a score that is not finite
 */
export function auroc(scores: Scores, labels: Uint8Array): MetricValue {
  return rankedAuroc(rank(scores), labels);
}

/** {@link auroc} of scores already sorted. */
function rankedAuroc(ranking: Ranking, labels: Labels): MetricValue {
  const { ends } = ranking;
  const found = truePositives(ranking, labels);
  const defective = found.at(-1) ?? 0;
  const normal = labels.length - defective;
  const reason = missingClass(defective, normal);
  if (reason) return undefinedMetric(reason);
  // Twice the pairs won: integers, so that nothing is rounded below 2⁵³.
  let wins = 0;
  let foundBefore = 0;
  let flaggedBefore = 0;
  for (let group = 0; group < ends.length; group++) {
    const flagged = ends[group] - found[group];
    wins += (found[group] - foundBefore) * (2 * normal - flagged - flaggedBefore);
    foundBefore = found[group];
    flaggedBefore = flagged;
  }
  return { value: wins / (2 * defective * normal) };
}

/** {@link auroc} of pixels already sorted. */
export function pixelAuroc({ normal, defective }: PixelRanking): MetricValue {
  const reason = missingClass(defective.length, normal.length, 'pixel');
  if (reason) return undefinedMetric(reason);
  let wins = 0;
  let above = 0;
  let reached = 0;
  for (let pixel = 0; pixel < defective.length; pixel++) {
    const key = defective[pixel];
    while (above < normal.length && normal[above] < key) above++;
    if (reached < above) reached = above;
    while (reached < normal.length && normal[reached] === key) reached++;
    wins += 2 * normal.length - above - reached;
  }
  return { value: wins / (2 * defective.length * normal.length) };
}
