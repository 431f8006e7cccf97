import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { rowOf, type Matrix } from '../../src/base/tensor.js';
import { greedyCoreset } from '../../src/memory/coreset.js';
import { squaredDistance } from '../support/naive-distances.js';
import { blobs, latticePoints, matrixOf } from './samples.js';

/** Straight from the definition, every pair anew at every choice. */
function naiveCoreset(points: Matrix, count: number, first: number): number[] {
  const chosen = [first];
  const distance = (point: number) =>
    Math.min(...chosen.map((other) => squaredDistance(rowOf(points, point), rowOf(points, other))));
  while (chosen.length < Math.min(count, points.rows)) {
    const distances = Array.from({ length: points.rows }, (_, point) => distance(point));
    const farthest = Math.max(...distances);
    if (farthest === 0) break;
    chosen.push(distances.indexOf(farthest));
  }
  return chosen;
}

/** Largest distance of a point to the nearest chosen one. */
const reach = (points: Matrix, chosen: ArrayLike<number>) =>
  Math.sqrt(
    Math.max(
      ...Array.from({ length: points.rows }, (_, point) =>
        Math.min(
          ...Array.from(chosen, (other) => squaredDistance(rowOf(points, point), rowOf(points, other))),
        ),
      ),
    ),
  );

describe('greedy coreset', () => {
  it('chooses what the definition chooses, ties included', () => {
    fc.assert(
      fc.property(latticePoints, fc.integer({ min: 1, max: 26 }), fc.nat(), (points, count, seed) => {
        const chosen = [...greedyCoreset(points, count, stream(seed))];
        expect(chosen).toEqual(naiveCoreset(points, count, chosen[0]));
      }),
    );
  });

  it('does so for points of many axes', () => {
    const random = stream(3, 'wide');
    const points = matrixOf(
      Array.from({ length: 120 }, () => Array.from({ length: 70 }, () => random.normal())),
    );
    const chosen = [...greedyCoreset(points, 40, stream(1))];
    expect(chosen).toEqual(naiveCoreset(points, 40, chosen[0]));
  });

  it('reaches no farther than twice the best choice of as many points', () => {
    const points = blobs([[0, 0], [9, 1], [4, 12]], 3, 1, stream(2, 'few')); // prettier-ignore
    for (let seed = 0; seed < 9; seed++) {
      let best = Infinity;
      for (let a = 0; a < 9; a++)
        for (let b = a + 1; b < 9; b++)
          for (let c = b + 1; c < 9; c++) best = Math.min(best, reach(points, [a, b, c]));
      expect(reach(points, greedyCoreset(points, 3, stream(seed)))).toBeLessThanOrEqual(2 * best);
    }
  });

  it('draws the first point, and nothing where nothing is wanted', () => {
    const points = blobs([[0, 0]], 50, 1, stream(4, 'cloud')); // prettier-ignore
    const first = Array.from({ length: 20 }, (_, seed) => greedyCoreset(points, 1, stream(seed))[0]);
    expect(new Set(first).size).toBeGreaterThan(10);
    expect(greedyCoreset(points, 0, stream(1))).toHaveLength(0);
    expect(greedyCoreset(matrixOf([], 3), 4, stream(1))).toHaveLength(0);
  });

  it('finds every far group after a projection to fewer axes', () => {
    const random = stream(6, 'groups');
    const places = Array.from({ length: 12 }, () => Array.from({ length: 60 }, () => 40 * random.normal()));
    const points = blobs(places, 10, 1, random);
    const chosen = greedyCoreset(points, 12, stream(1), 16);
    expect(new Set(Array.from(chosen, (point) => Math.floor(point / 10))).size).toBe(12);
    expect(greedyCoreset(points, 12, stream(1), 16)).toEqual(chosen);
    const other = greedyCoreset(points, 60, stream(1), 60);
    expect([...greedyCoreset(points, 60, stream(1), 16)]).not.toEqual([...other]);
  });
});
