/** Columns of A: fewer parameters than a full matrix has. */
const rank = 4;

/**
 * z = y + (yA)B; B starts at zero, so that z starts as y.
 * @type {import('feddymem').Generator}
 */
export const generator = {
  parameterShapes: (dimensions) => [
    [dimensions, rank],
    [rank, dimensions],
  ],
  initialise(dimensions, random) {
    const down = new Float32Array(dimensions * rank);
    random.fillNormal(down);
    const scale = 1 / Math.sqrt(dimensions);
    return [down.map((value) => value * scale), new Float32Array(rank * dimensions)];
  },
  embed: (ops, [down, up], points) => ops.add(points, ops.matmul(ops.matmul(points, down), up)),
};
