import type { MetricLoss } from './metric-loss.js';

/** Over r². */
const temperature = 0.1;

/** No logit is more than 0 but by rounding, which has no limit: far patches among near slots. */
const mostByRounding = 1;

/**
 * InfoNCE (van den Oord et al. 2018) over slots: the nearest one is the positive, all others are negatives. The mean of
 * −log softmax(−v / 0.1) at the nearest, where v are squared distances over r².
 */
export const infoNce: MetricLoss = (ops, { nearest, distances }) => {
  const nearestOne = nearest(1);
  // What is taken off all logits cancels out: it only keeps the exponentials in range.
  const least = ops.stopGradient(nearestOne);
  const raw = ops.divide(ops.subtract(least, distances()), temperature);
  const logits = ops.subtract(raw, ops.relu(ops.subtract(raw, mostByRounding)));
  const normaliser = ops.log(ops.sum(ops.exp(logits), [1], true));
  const positive = ops.divide(ops.subtract(nearestOne, least), temperature);
  return ops.mean(ops.add(normaliser, positive));
};
