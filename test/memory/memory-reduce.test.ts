import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { memoryReducers, type MemoryReduceName } from '../../src/memory/memory-reduce.js';
import type { MemoryBank } from '../../src/memory/memory-bank.js';
import { naiveDistances, squaredDistance } from '../support/naive-distances.js';
import { bankOf, largestDifference, memoryBanks, rowsIn } from './samples.js';
import { conformsToShrinking, shrinkingTraits } from './shrinking.js';

const names = Object.keys(memoryReducers) as MemoryReduceName[];

describe.each(names)('memory-reduce %s', (name) => {
  conformsToShrinking(memoryReducers[name], shrinkingTraits[name]);
});

describe('memory-reduce uniform-mean', () => {
  it('finds the clusters by weight and averages their slots without it', async () => {
    const bank = bankOf([[0], [10_000], [2], [10_004]], [30, 10, 10, 30], [1, 2, 1, 2]);
    const reduced = await memoryReducers['uniform-mean'](bank, 2, stream(1), naiveDistances);
    const order = rowsIn(reduced.vectors)[0][0] < 5000 ? [0, 1] : [1, 0];
    expect(order.map((slot) => reduced.vectors.data[slot])).toEqual([1, 10_002]);
    // Around 1, both slots are 1 away; around 10 002, 2.
    expect(order.map((slot) => reduced.variances[slot])).toEqual([2, 6]);
    expect([...reduced.weights]).toEqual([40, 40]);
  });
});

describe.each(['random', 'coreset'] as const)('memory-reduce %s', (name) => {
  it('keeps slots as they are, each with the weight and the spread of those nearest to it', async () => {
    await fc.assert(
      fc.asyncProperty(
        memoryBanks(6),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(),
        async (bank, slots, seed) => {
          const reduced = await memoryReducers[name](bank, slots, stream(seed), naiveDistances);
          const [given, kept] = [rowsIn(bank.vectors), rowsIn(reduced.vectors)];
          for (const row of kept) expect(given).toContainEqual(row);
          const nearest = given.map((row) => {
            const distances = kept.map((other) => squaredDistance(row, other));
            return { distance: Math.min(...distances), slot: distances.indexOf(Math.min(...distances)) };
          });
          const { columns } = bank.vectors;
          kept.forEach((_, slot) => {
            const members = [...nearest.keys()].filter((at) => nearest[at].slot === slot);
            const sum = (value: (at: number) => number) => members.reduce((all, at) => all + value(at), 0);
            const weight = sum((at) => bank.weights[at]);
            expect(reduced.weights[slot]).toBeCloseTo(weight, 6);
            const spread = sum(
              (at) => bank.weights[at] * (bank.variances[at] + nearest[at].distance / columns),
            );
            expect(reduced.variances[slot]).toBeCloseTo(spread / weight, 6);
          });
        },
      ),
    );
  });
});

describe('memory-reduce soft', () => {
  /** Straight from METHOD §8, in float64 with the machine's own exponential. */
  function expected(bank: MemoryBank, seeds: readonly number[]) {
    const rows = rowsIn(bank.vectors);
    const squared = (a: number, b: number) => squaredDistance(rows[a], rows[b]);
    const all = [...rows.keys()];
    const nearest = (slot: number) =>
      all
        .filter((other) => other !== slot)
        .map((other) => squared(slot, other))
        .sort((a, b) => a - b)
        .slice(0, 8);
    const found = all.flatMap(nearest);
    const temperature = found.reduce((sum, value) => sum + value) / found.length;
    const kernel = (a: number, b: number) => Math.exp(-squared(a, b) / temperature);
    return seeds.map((seed) => {
      const total = all.reduce((sum, slot) => sum + kernel(slot, seed), 0);
      const vector = rows[0].map((_, axis) =>
        all.reduce((sum, slot) => sum + (kernel(slot, seed) / total) * rows[slot][axis], 0),
      );
      const weight = all.reduce((sum, slot) => {
        const shares = seeds.reduce((others, other) => others + kernel(slot, other), 0);
        return sum + (bank.weights[slot] * kernel(slot, seed)) / shares;
      }, 0);
      return [...vector, weight];
    });
  }

  it('blends all slots around seeds drawn by weight', async () => {
    const random = stream(5, 'soft');
    const rows = Array.from({ length: 30 }, () => [random.normal(), random.normal(), random.normal()]);
    // Two slots weigh as good as everything: they are the seeds.
    const weights = rows.map((_, slot) => (slot === 7 || slot === 19 ? 1e9 : 5));
    const bank = bankOf(rows, weights);
    const reduced = await memoryReducers.soft(bank, 2, stream(1), naiveDistances);
    const found = rowsIn(reduced.vectors).map((row, slot) => [...row, reduced.weights[slot] / 1e9]);
    const wanted = expected(bank, [7, 19]).map((row) => [...row.slice(0, 3), row[3] / 1e9]);
    const sorted = (slots: number[][]) => slots.sort((a, b) => a[0] - b[0]);
    sorted(found).forEach((row, slot) => {
      expect(largestDifference(row, sorted(wanted)[slot])).toBeLessThan(1e-5);
    });
  });
});

describe('memory-reduce weighted-average', () => {
  it('averages the slots of a cluster by their weights', async () => {
    const bank = bankOf([[0], [10_000], [2], [10_004]], [30, 10, 10, 30], [1, 2, 1, 2]);
    const reduced = await memoryReducers['weighted-average'](bank, 2, stream(1), naiveDistances);
    const order = rowsIn(reduced.vectors)[0][0] < 5000 ? [0, 1] : [1, 0];
    expect(order.map((slot) => reduced.vectors.data[slot])).toEqual([0.5, 10_003]);
    // 30·10/40² · (distance between the two)²
    expect(order.map((slot) => reduced.variances[slot])).toEqual([
      1 + (300 / 1600) * 4,
      2 + (300 / 1600) * 16,
    ]);
    expect([...reduced.weights]).toEqual([40, 40]);
  });

  it('gives heavy slots a centre each before light ones that lie farther apart', async () => {
    const bank = bankOf([[0], [1], [20], [24]], [1e6, 1e6, 1, 1]);
    const reduced = await memoryReducers['weighted-average'](bank, 2, stream(3), naiveDistances);
    expect(Math.max(...reduced.weights)).toBeLessThan(1.1e6);
  });
});
