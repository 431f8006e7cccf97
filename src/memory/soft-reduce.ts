import { portableExp } from '../base/portable-math.js';
import type { RandomStream } from '../base/random.js';
import { gatherRows, matrix } from '../base/tensor.js';
import type { Distances } from './distances.js';
import type { MemoryBank } from './memory-bank.js';
import { draw } from './seeding.js';

/** Neighbours whose mean squared distance is the temperature. */
const neighbours = 8;

/**
 * Soft memory-reduce: seeds are drawn by weight, without replacement; the vector of each is the average of all slots i
 * weighted by softmax(−d²/T) over i. A slot's patches are shared among the seeds by softmax(−d²/T) over the seeds, so
 * that the total weight stays. T is the slots' mean squared distance to their 8 nearest others.
 */
export async function softReduce(
  bank: MemoryBank,
  slots: number,
  random: RandomStream,
  distances: Distances,
): Promise<MemoryBank> {
  const count = bank.weights.length;
  if (count <= slots) return bank;
  const seeds = drawWithoutReplacement(bank.weights, slots, random);
  const temperature = await temperatureOf(bank, distances);
  const squared = await distances.squared(bank.vectors, gatherRows(bank.vectors, seeds));
  const kernel = new Float64Array(count * slots);
  const shares = new Float64Array(count * slots);
  for (let slot = 0; slot < count; slot++) {
    const row = slot * slots;
    let least = Infinity;
    for (let seed = 0; seed < slots; seed++) least = Math.min(least, squared[row + seed]);
    let sum = 0;
    for (let seed = 0; seed < slots; seed++) {
      kernel[row + seed] = portableExp(-squared[row + seed] / temperature);
      // Relative to the nearest seed: one far from all would belong to none.
      sum += shares[row + seed] = portableExp((least - squared[row + seed]) / temperature);
    }
    for (let seed = 0; seed < slots; seed++) shares[row + seed] *= bank.weights[slot] / sum;
  }
  return blended(bank, slots, kernel, shares);
}

/** @param kernel how much each slot counts in each seed's vector; @param shares patches it brings; both [slots × seeds] */
function blended(bank: MemoryBank, seeds: number, kernel: Float64Array, shares: Float64Array): MemoryBank {
  const { columns, data } = bank.vectors;
  const vectors = matrix(seeds, columns);
  const weights = new Float64Array(seeds);
  const variances = new Float64Array(seeds);
  const mean = new Float64Array(columns);
  for (let seed = 0; seed < seeds; seed++) {
    mean.fill(0);
    let total = 0;
    for (let slot = 0; slot < bank.weights.length; slot++) {
      const factor = kernel[slot * seeds + seed];
      total += factor;
      for (let axis = 0; axis < columns; axis++) mean[axis] += factor * data[slot * columns + axis];
    }
    // A seed is at distance 0 from itself: the total is at least 1.
    for (let axis = 0; axis < columns; axis++) mean[axis] /= total;
    vectors.data.set(mean, seed * columns);
    for (let slot = 0; slot < bank.weights.length; slot++) {
      const share = shares[slot * seeds + seed];
      if (share === 0) continue;
      let squares = 0;
      for (let axis = 0; axis < columns; axis++) squares += (data[slot * columns + axis] - mean[axis]) ** 2;
      weights[seed] += share;
      variances[seed] += share * (bank.variances[slot] + squares / columns);
    }
    variances[seed] /= weights[seed];
  }
  return { vectors, weights, variances };
}

function drawWithoutReplacement(weights: Float64Array, count: number, random: RandomStream): number[] {
  const mass = weights.slice();
  return Array.from({ length: count }, () => {
    const drawn = draw(mass, random);
    mass[drawn] = 0;
    return drawn;
  });
}

async function temperatureOf({ vectors }: MemoryBank, distances: Distances): Promise<number> {
  // Every slot is among its own nearest, at distance 0.
  const found = Math.min(neighbours + 1, vectors.rows);
  const { squared } = await distances.nearest(vectors, vectors, found);
  const mean = squared.reduce((sum, value) => sum + value, 0) / (vectors.rows * Math.max(1, found - 1));
  return mean > 0 ? mean : 1;
}
