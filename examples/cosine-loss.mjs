/**
 * Draws every patch towards the direction of its most similar slot: the mean of 1 − cos.
 * @type {import('feddymem').MetricLoss}
 */
export const loss = (ops, { points, memory }) => {
  const [patches, slots] = [points, memory].map((rows) =>
    ops.divide(rows, ops.sqrt(ops.add(ops.sum(ops.square(rows), [1], true), 1e-12))),
  );
  const opposites = ops.multiply(ops.matmul(patches, ops.transpose(slots)), -1);
  const { indices } = ops.smallest(opposites, 1);
  const similar = ops.reshape(ops.gatherRows(slots, indices), points.shape);
  const cosines = ops.sum(ops.multiply(patches, similar), [1]);
  return ops.add(ops.multiply(ops.mean(cosines), -1), 1);
};
