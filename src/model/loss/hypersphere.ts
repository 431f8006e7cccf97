import type { MetricLoss } from './metric-loss.js';

/** Slots that attract, and as many more that must stay away. */
const neighbours = 3;
/** Squared radius of the hypersphere around a slot, and how far the next slots must stay out, both over r². */
export const attractRadius = 0.5;
const repelRadius = 0.6;

/** Coupled hyperspheres (CFA, Lee et al. 2022): near slots within a radius, the next ones outside another. */
export const hypersphere: MetricLoss = (ops, { slots, nearest }) => {
  const found = Math.min(2 * neighbours, slots);
  const near = Math.min(neighbours, slots);
  const distances = nearest(found);
  const attracted = ops.mean(ops.relu(ops.subtract(ops.slice(distances, 1, 0, near), attractRadius)));
  if (found === near) return attracted;
  const others = ops.slice(distances, 1, near, found);
  const repelled = ops.mean(ops.relu(ops.add(ops.multiply(others, -1), repelRadius)));
  return ops.add(attracted, repelled);
};

/** The attracting half of `hypersphere` alone. */
export const attract: MetricLoss = (ops, { slots, nearest }) =>
  ops.mean(ops.relu(ops.subtract(nearest(Math.min(neighbours, slots)), attractRadius)));
