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
  const chosen: number[] = [];
  if (points.rows === 0 || clusters === 0) return chosen;
  const first = draw(weights, random);
  chosen.push(first);
  // Of every point, the squared distance to the nearest of the chosen: 0 at themselves, whatever the search says.
  const least = await distances.squared(points, gatherRows(points, [first]));
  least[first] = 0;
  while (chosen.length < clusters) {
    const cumulative = accumulate(weights, least);
    if (!(cumulative[cumulative.length - 1] > 0)) break;
    const wanted = Math.min(batchSize, clusters - chosen.length);
    const drawn = Array.from({ length: wanted }, () => locate(cumulative, random.uniform()));
    const candidates = gatherRows(points, drawn);
    const accepted = accept(drawn, least, await distances.squared(candidates, candidates), random);
    if (!accepted.includes(true)) continue;
    await distances.lower(least, points, candidates, accepted);
    drawn.forEach((point, index) => {
      if (!accepted[index]) return;
      chosen.push(point);
      least[point] = 0;
    });
  }
  return chosen;
}

/**
 * Which candidates become centres, one after another.
 * @param start squared distance of every point when the candidates were drawn
 * @param between squared distances of the candidates, [candidates × candidates]
 */
function accept(
  drawn: readonly number[],
  start: Float32Array,
  between: Float32Array,
  random: RandomStream,
): boolean[] {
  const accepted: boolean[] = [];
  drawn.forEach((candidate, index) => {
    let current = start[candidate];
    for (let other = 0; other < index; other++) {
      if (!accepted[other]) continue;
      const found = drawn[other] === candidate ? 0 : between[index * drawn.length + other];
      if (found < current) current = found;
    }
    accepted.push(random.uniform() * start[candidate] < current);
  });
  return accepted;
}

/** An index drawn by mass. */
export function draw(mass: Float64Array, random: RandomStream): number {
  return locate(accumulate(mass), random.uniform());
}

/** Running sums of masses, or of masses times factors. */
function accumulate(mass: Float64Array, factors?: Float32Array): Float64Array {
  const cumulative = new Float64Array(mass.length);
  let sum = 0;
  if (factors) {
    for (let index = 0; index < mass.length; index++) cumulative[index] = sum += mass[index] * factors[index];
  } else for (let index = 0; index < mass.length; index++) cumulative[index] = sum += mass[index];
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
