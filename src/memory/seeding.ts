import type { RandomStream } from '../base/random.js';
import { gatherRows, type Matrix } from '../base/tensor.js';
import type { Distances } from './distances.js';

/** Candidates whose distances are found in one matrix product. */
const batchSize = 64;

/**
 * k-means++ (Arthur & Vassilvitskii 2007), weighted, exactly distributed, at the speed of matrix products: candidates
 * are drawn in batches from the distribution at the batch's start, and each is accepted with the probability
 * current D² / D² at the start. As D² only falls, this rejection sampling draws from the current distribution.
 * @returns indices of distinct points; fewer than `clusters` when there are fewer distinct points
 */
export async function seedCentres(
  points: Matrix,
  weights: Float64Array,
  clusters: number,
  random: RandomStream,
  distances: Distances,
): Promise<number[]> {
  const count = points.rows;
  const mass = new Float64Array(count);
  const current = new Float64Array(count).fill(Infinity);
  const chosen: number[] = [];
  /** @param found [points × columns] */
  const accept = (point: number, found: Float32Array, column: number, columns: number) => {
    chosen.push(point);
    for (let other = 0, at = column; other < count; other++, at += columns) {
      if (found[at] < current[other]) current[other] = found[at];
    }
    current[point] = 0;
  };
  if (count === 0 || clusters === 0) return chosen;

  mass.set(weights);
  const first = draw(mass, random);
  accept(first, await distances.squared(points, gatherRows(points, [first])), 0, 1);
  while (chosen.length < clusters) {
    const start = Float64Array.from(current);
    let total = 0;
    for (let point = 0; point < count; point++) total += mass[point] = weights[point] * start[point];
    if (!(total > 0)) break;
    const cumulative = accumulate(mass);
    const wanted = Math.min(batchSize, clusters - chosen.length);
    const candidates = Array.from({ length: wanted }, () => locate(cumulative, random.uniform()));
    const found = await distances.squared(points, gatherRows(points, candidates));
    candidates.forEach((candidate, index) => {
      if (random.uniform() * start[candidate] < current[candidate]) {
        accept(candidate, found, index, wanted);
      }
    });
  }
  return chosen;
}

/** An index drawn by mass. */
export function draw(mass: Float64Array, random: RandomStream): number {
  return locate(accumulate(mass), random.uniform());
}

function accumulate(mass: Float64Array): Float64Array {
  const cumulative = new Float64Array(mass.length);
  let sum = 0;
  for (let index = 0; index < mass.length; index++) cumulative[index] = sum += mass[index];
  return cumulative;
}

/** The first index whose cumulative mass exceeds `share` of the total: never one without mass. */
function locate(cumulative: Float64Array, share: number): number {
  const target = share * cumulative[cumulative.length - 1];
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cumulative[middle] > target) high = middle;
    else low = middle + 1;
  }
  return low;
}
