import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream, type RandomStream } from '../../src/base/random.js';
import type { Distances } from '../../src/memory/distances.js';
import { draw, seedCentres } from '../../src/memory/seeding.js';
import { naiveDistances, squaredDistance } from '../support/naive-distances.js';
import { blobs, latticePoints, matrixOf, rowsIn } from './samples.js';

/** The probability of every ordered choice in sequential k-means++, by enumeration. */
function exactProbabilities(rows: number[][], weights: number[], clusters: number): Map<string, number> {
  const found = new Map<string, number>();
  const extend = (chosen: readonly number[], probability: number) => {
    if (chosen.length === clusters) {
      found.set(chosen.join(), probability);
      return;
    }
    const mass = rows.map((row, point) => {
      const distances = chosen.map((centre) => squaredDistance(rows[centre], row));
      return weights[point] * (chosen.length === 0 ? 1 : Math.min(...distances));
    });
    const total = mass.reduce((sum, value) => sum + value);
    mass.forEach((value, point) => {
      if (value > 0) extend([...chosen, point], (probability * value) / total);
    });
  };
  extend([], 1);
  return found;
}

/**
 * Pearson's statistic over its value at four standard deviations (Wilson–Hilferty): a correct sampler stays below 1
 * in all but one of 30,000 samples. Cells that expect fewer than five are pooled.
 */
function chiSquareRatio(counts: Map<string, number>, expected: Map<string, number>, total: number): number {
  const cells: [seen: number, wanted: number][] = [];
  const pool: [seen: number, wanted: number] = [0, 0];
  for (const [key, probability] of expected) {
    const cell: [number, number] = [counts.get(key) ?? 0, probability * total];
    if (cell[1] >= 5) cells.push(cell);
    else {
      pool[0] += cell[0];
      pool[1] += cell[1];
    }
  }
  if (pool[1] > 0) cells.push(pool);
  const statistic = cells.reduce((sum, [seen, wanted]) => sum + (seen - wanted) ** 2 / wanted, 0);
  const freedom = cells.length - 1;
  return statistic / (freedom * (1 - 2 / (9 * freedom) + 4 * Math.sqrt(2 / (9 * freedom))) ** 3);
}

/** Three uneven groups, a duplicate and, at the far end, a point without weight. */
const rows = [
  [0, 0],
  [1, 0],
  [1, 0],
  [0, 2],
  [9, 0],
  [10, 1],
  [0, 12],
  [90, 90],
];
const weights = [1, 2, 1, 1, 0.5, 3, 1, 0];

describe('k-means++ seeds', () => {
  it.each([
    ['pairs', 2, false],
    ['triples', 3, false],
    ['sets of five', 5, true],
  ])('picks %s as often as sequential k-means++ does', async (_, clusters, unordered) => {
    const keyOf = (chosen: readonly number[]) =>
      (unordered ? [...chosen].sort((a, b) => a - b) : chosen).join();
    const expected = new Map<string, number>();
    for (const [key, probability] of exactProbabilities(rows, weights, clusters)) {
      const cell = keyOf(key.split(',').map(Number));
      expected.set(cell, (expected.get(cell) ?? 0) + probability);
    }
    const counts = new Map<string, number>();
    const random = stream(11, 'seeding', clusters);
    const runs = 20_000;
    for (let run = 0; run < runs; run++) {
      const key = keyOf(
        await seedCentres(matrixOf(rows), Float64Array.from(weights), clusters, random, naiveDistances),
      );
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    expect([...counts.keys()].filter((key) => !expected.has(key))).toEqual([]);
    expect(chiSquareRatio(counts, expected, runs)).toBeLessThan(1);
  });

  it('are distinct points with weight, as many as wanted or as there are', async () => {
    const weighted = latticePoints.chain((points) =>
      fc.record({
        points: fc.constant(points),
        weights: fc
          .array(fc.constantFrom(0, 1, 2.5), { minLength: points.rows, maxLength: points.rows })
          .filter((values) => values.some((value) => value > 0)),
      }),
    );
    await fc.assert(
      fc.asyncProperty(weighted, fc.nat(12), fc.nat(), async ({ points, weights }, clusters, seed) => {
        const chosen = await seedCentres(
          points,
          Float64Array.from(weights),
          clusters,
          stream(seed),
          naiveDistances,
        );
        const texts = rowsIn(points).map((row) => row.join());
        const available = new Set(texts.filter((_, point) => weights[point] > 0));
        expect(new Set(chosen.map((point) => texts[point])).size).toBe(chosen.length);
        expect(chosen.every((point) => weights[point] > 0)).toBe(true);
        expect(chosen).toHaveLength(Math.min(clusters, available.size));
      }),
    );
  });

  it('are distinct over several batches, and the same again from the same stream only', async () => {
    const points = blobs([[0, 0, 0]], 400, 1, stream(1, 'points'));
    const weights = new Float64Array(400).fill(1);
    const pick = (seed: number) => seedCentres(points, weights, 150, stream(seed), naiveDistances);
    const chosen = await pick(1);
    expect(new Set(chosen).size).toBe(150);
    expect(await pick(1)).toEqual(chosen);
    expect(await pick(2)).not.toEqual(chosen);
  });

  it('are distinct even where a search by matrix products finds a point a little away from itself', async () => {
    const inexact: Distances = {
      ...naiveDistances,
      squared: async (a, b) => (await naiveDistances.squared(a, b)).map((value) => value + 0.01),
      async lower(least, points, centres, kept) {
        const shifted = least.map((value) => value - 0.01);
        await naiveDistances.lower(shifted, points, centres, kept);
        least.set(shifted.map((value) => value + 0.01));
      },
    };
    const points = blobs([[0, 0]], 12, 0.05, stream(2, 'points'));
    for (let seed = 0; seed < 20; seed++) {
      const chosen = await seedCentres(points, new Float64Array(12).fill(1), 10, stream(seed), inexact);
      expect(new Set(chosen).size).toBe(10);
    }
  });

  it('are none when there are no points or no clusters', async () => {
    const none = new Float64Array(0);
    expect(await seedCentres(matrixOf([], 3), none, 4, stream(1), naiveDistances)).toEqual([]);
    expect(await seedCentres(matrixOf([[1, 2]]), Float64Array.of(1), 0, stream(1), naiveDistances)).toEqual(
      [],
    );
  });
});

describe('drawing by mass', () => {
  const always = (share: number) => ({ uniform: () => share }) as RandomStream;

  it('never returns an index without mass, even at the ends of the range', () => {
    const mass = Float64Array.of(0, 0, 3, 0, 1, 0, 0);
    expect(draw(mass, always(0))).toBe(2);
    expect(draw(mass, always(0.75 - 2 ** -32))).toBe(2);
    expect(draw(mass, always(0.75))).toBe(4);
    expect(draw(mass, always(1 - 2 ** -32))).toBe(4);
  });

  it('returns every index as often as its mass says', () => {
    const mass = [5, 0, 1, 2.5, 1.5];
    const counts = new Map<string, number>();
    const random = stream(4, 'draw');
    for (let run = 0; run < 20_000; run++) {
      const key = String(draw(Float64Array.from(mass), random));
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const expected = new Map(
      mass.flatMap((value, index) => (value > 0 ? [[String(index), value / 10] as const] : [])),
    );
    expect(counts.has('1')).toBe(false);
    expect(chiSquareRatio(counts, expected, 20_000)).toBeLessThan(1);
  });
});
