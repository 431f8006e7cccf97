import { centreOf } from './robust-clusters.js';
import { fewestVoices, type ClusterRule } from './robust-rule.js';
import { trimmedCount, trimmedMean } from './robust-statistics.js';

/**
 * Coordinate-wise trimmed mean (Yin et al. 2018, "Byzantine-Robust Distributed Learning") over the m ≥ 3 clients present
 * in a cluster, each with one voice whatever its weight. The k = max(1, ⌊m / 5⌋) heaviest are cut to the next lighter
 * weight: an order statistic, as a quantile interpolated towards the heaviest would have no bound below six clients.
 */
export const trimClusters: ClusterRule = (shares) => {
  const count = shares.weights.length;
  if (count < fewestVoices) return null;
  const { vector, variance, far } = centreOf(shares, trimmedMean);
  const heaviest = shares.weights.slice().sort()[count - 1 - trimmedCount(count)];
  const weights = shares.weights.map((weight) => Math.min(weight, heaviest));
  return {
    vector,
    variance,
    weight: weights.reduce((sum, weight) => sum + weight, 0),
    counted: weights.map((weight, share) => (far[share] ? 0 : weight)),
  };
};
