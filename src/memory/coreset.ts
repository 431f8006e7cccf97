import type { RandomStream } from '../base/random.js';
import { matrix, type Matrix } from '../base/tensor.js';

/** Axes summed between two looks at whether a point can still be nearer. */
const stride = 16;

/**
 * Greedy k-centre (Gonzalez 1985): the first point is drawn, each further one is the farthest from all chosen so far, so
 * that the largest distance to a chosen point is at most twice the best possible. Points wider than
 * `projectionDimensions` are compared after a random projection, which keeps distances roughly (PatchCore, Roth et al.
 * 2022). Ties go to the lowest index.
 * @param random draws the first point, then the projection where there is one
 * @returns indices of distinct points in the order of choice; fewer than `count` where there are fewer distinct points
 */
export function greedyCoreset(
  points: Matrix,
  count: number,
  random: RandomStream,
  projectionDimensions = 128,
): Int32Array {
  const wanted = Math.min(count, points.rows);
  const chosen = new Int32Array(Math.max(0, wanted));
  if (wanted <= 0) return chosen;
  chosen[0] = random.integer(points.rows);
  const { data, columns } =
    points.columns > projectionDimensions ? projected(points, projectionDimensions, random) : points;
  const nearest = new Float64Array(points.rows).fill(Infinity);
  for (let size = 1; size < wanted; size++) {
    const farthest = closeIn(data, columns, nearest, chosen[size - 1]);
    if (!(nearest[farthest] > 0)) return chosen.slice(0, size);
    chosen[size] = farthest;
  }
  return chosen;
}

/** Lowers every point's distance to the nearest chosen point by a new one. @returns the farthest point now */
function closeIn(data: Float32Array, columns: number, nearest: Float64Array, centre: number): number {
  const start = centre * columns;
  let farthest = 0;
  let largest = -1;
  for (let point = 0, at = 0; point < nearest.length; point++, at += columns) {
    const limit = nearest[point];
    let sum = 0;
    // Most points are far from the new one: a part of the sum already says so.
    for (let axis = 0; axis < columns && sum < limit;) {
      for (const end = Math.min(columns, axis + stride); axis < end; axis++) {
        const difference = data[at + axis] - data[start + axis];
        sum += difference * difference;
      }
    }
    if (sum < limit) nearest[point] = sum;
    if (nearest[point] > largest) {
      largest = nearest[point];
      farthest = point;
    }
  }
  return farthest;
}

/** Times a matrix of normal numbers: squared distances grow alike in expectation (Johnson & Lindenstrauss 1984). */
function projected(points: Matrix, dimensions: number, random: RandomStream): Matrix {
  const { rows, columns, data } = points;
  const directions = new Float32Array(columns * dimensions);
  random.fillNormal(directions);
  const result = matrix(rows, dimensions);
  const sums = new Float64Array(dimensions);
  for (let row = 0; row < rows; row++) {
    sums.fill(0);
    let axis = 0;
    // Four axes at a time: a sum is loaded and stored a quarter as often.
    for (; axis + 4 <= columns; axis += 4) {
      const from = row * columns + axis;
      const [a, b, c, d] = [data[from], data[from + 1], data[from + 2], data[from + 3]];
      const start = axis * dimensions;
      for (let at = 0, place = start; at < dimensions; at++, place++) {
        sums[at] +=
          a * directions[place] +
          b * directions[place + dimensions] +
          c * directions[place + 2 * dimensions] +
          d * directions[place + 3 * dimensions];
      }
    }
    for (; axis < columns; axis++) {
      const value = data[row * columns + axis];
      for (let at = 0; at < dimensions; at++) sums[at] += value * directions[axis * dimensions + at];
    }
    result.data.set(sums, row * dimensions);
  }
  return result;
}
