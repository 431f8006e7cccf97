import type { RandomStream } from '../base/random.js';
import { gatherRows, matrix, rowOf, type Matrix } from '../base/tensor.js';
import type { Distances, Nearest } from './distances.js';
import { seedCentres } from './seeding.js';

export interface Clustering {
  /** [clusters × dimensions]: the means of the assigned points. */
  readonly centres: Matrix;
  /** Cluster of each point. */
  readonly assignment: Int32Array;
}

/**
 * Weighted Lloyd iterations from k-means++ seeds. Sums run in float64 and in index order; empty clusters restart at
 * the farthest distinct points. With no more points than clusters, every point is its own cluster.
 * @param steps assignments made; the centres returned are the means of the last one
 * @param start centres to begin with, as many as clusters, in place of drawn ones; another number is left aside
 */
export async function clusterPoints(
  points: Matrix,
  weights: Float64Array,
  clusters: number,
  steps: number,
  random: RandomStream,
  distances: Distances,
  start?: Matrix,
): Promise<Clustering> {
  if (points.rows <= clusters) {
    return { centres: points, assignment: Int32Array.from({ length: points.rows }, (_, index) => index) };
  }
  let centres: Matrix | undefined =
    start?.rows === clusters
      ? start
      : gatherRows(points, await seedCentres(points, weights, clusters, random, distances));
  let assignment = new Int32Array(points.rows);
  const count = centres.rows;
  for (let step = 0; step < Math.max(1, steps); step++) {
    centres ??= meansOf(points, weights, assignment, count);
    const nearest = await distances.nearest(points, centres, 1);
    assignment = nearest.indices.slice();
    fillEmptyClusters(points, assignment, nearest, count);
    centres = undefined;
  }
  return {
    assignment,
    // Who merges by the assignment has no use for the last means.
    get centres() {
      return (centres ??= meansOf(points, weights, assignment, count));
    },
  };
}

/** Moves the points farthest from their centres into the clusters that nobody chose. */
function fillEmptyClusters(points: Matrix, assignment: Int32Array, nearest: Nearest, clusters: number): void {
  const members = new Int32Array(clusters);
  for (const cluster of assignment) members[cluster]++;
  const empty = [...members.keys()].filter((cluster) => members[cluster] === 0);
  if (empty.length === 0) return;
  const farthest = [...assignment.keys()].sort((a, b) => nearest.squared[b] - nearest.squared[a] || a - b);
  const restarts: number[] = [];
  const usable = (point: number) =>
    members[assignment[point]] > 1 && !restarts.some((other) => samePoint(points, point, other));
  let next = 0;
  for (const cluster of empty) {
    while (next < farthest.length && !usable(farthest[next])) next++;
    // Points that sit on their centre would only split a cluster of equals.
    if (next >= farthest.length || nearest.squared[farthest[next]] <= 0) return;
    members[assignment[farthest[next]]]--;
    members[cluster] = 1;
    restarts.push(farthest[next]);
    assignment[farthest[next++]] = cluster;
  }
}

function samePoint(points: Matrix, a: number, b: number): boolean {
  const other = rowOf(points, b);
  return rowOf(points, a).every((value, axis) => value === other[axis]);
}

/** Weighted means; an empty cluster's is zero and has no members to matter to. */
function meansOf(points: Matrix, weights: Float64Array, assignment: Int32Array, clusters: number): Matrix {
  const { columns, data } = points;
  const sums = new Float64Array(clusters * columns);
  const totals = new Float64Array(clusters);
  for (let point = 0; point < points.rows; point++) {
    const weight = weights[point];
    const target = assignment[point] * columns;
    const source = point * columns;
    totals[assignment[point]] += weight;
    for (let axis = 0; axis < columns; axis++) sums[target + axis] += weight * data[source + axis];
  }
  for (let cluster = 0; cluster < clusters; cluster++) {
    if (totals[cluster] === 0) continue;
    for (let axis = 0; axis < columns; axis++) sums[cluster * columns + axis] /= totals[cluster];
  }
  return matrix(clusters, columns, Float32Array.from(sums));
}
