import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../src/sim/data/partition/partition.js';
import {
  jensenShannonDistance,
  partitionTable,
  quantitySkew,
} from '../../../../src/sim/data/partition/statistics.js';
import { imageOf } from './pools.js';

const counts = fc
  .array(fc.integer({ min: 0, max: 50 }), { minLength: 4, maxLength: 4 })
  .filter((list) => list.some((count) => count > 0));

/** A client with so many training images of each category, one good and `defective` defective test images of `a`. */
function part(id: string, held: Record<string, number>, defective = 2): Part {
  return {
    id,
    train: Object.entries(held).flatMap(([category, count]) =>
      Array.from({ length: count }, (_, at) => imageOf(`${id}/${category}/${at}`, 'set', category)),
    ),
    test: [
      imageOf(`${id}/test`, 'set', 'a'),
      ...Array.from({ length: defective }, (_, at) => imageOf(`${id}/bad/${at}`, 'set', 'a', 1)),
    ],
  };
}

describe('Jensen–Shannon distance', () => {
  it('has the values one gets by hand', () => {
    expect(jensenShannonDistance([3, 1], [6, 2])).toBe(0);
    expect(jensenShannonDistance([5, 0], [0, 9])).toBeCloseTo(1, 12);
    // p = (1, 0), q = (½, ½), m = (¾, ¼): ½ log₂(4/3) + ½ (½ log₂(2/3) + ½ log₂ 2) = 1½ − ¾ log₂ 3.
    expect(jensenShannonDistance([1, 0], [1, 1]) ** 2).toBeCloseTo(0.3112781244591328, 12);
    // p = (½, ½, 0), q = (0, ½, ½): half of the mass is shared, so ½ bit.
    expect(jensenShannonDistance([1, 1, 0], [0, 1, 1]) ** 2).toBeCloseTo(0.5, 12);
  });

  it('is a metric within [0, 1]', () => {
    fc.assert(
      fc.property(counts, counts, counts, (p, q, r) => {
        const distance = jensenShannonDistance(p, q);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(1);
        expect(jensenShannonDistance(q, p)).toBeCloseTo(distance, 6);
        expect(distance).toBeLessThanOrEqual(
          jensenShannonDistance(p, r) + jensenShannonDistance(r, q) + 1e-6,
        );
      }),
    );
  });
});

describe('skew of sizes', () => {
  it('has the values one gets by hand', () => {
    expect(quantitySkew([4, 4, 4])).toEqual({ variation: 0, gini: 0, smallest: 4, largest: 4 });
    // Mean 2, variance (1 + 1) / 2; mean difference of pairs 1 over twice the mean.
    expect(quantitySkew([3, 1])).toEqual({ variation: 0.5, gini: 0.25, smallest: 1, largest: 3 });
    expect(quantitySkew([0, 0, 0, 8]).gini).toBe(0.75);
    expect(quantitySkew([0, 0])).toEqual({ variation: 0, gini: 0, smallest: 0, largest: 0 });
    expect(quantitySkew([])).toEqual({ variation: 0, gini: 0, smallest: 0, largest: 0 });
  });

  it('has the Gini coefficient of the definition: mean difference over twice the mean', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        const sum = sizes.reduce((all, size) => all + size, 0);
        const differences = sizes
          .flatMap((a) => sizes.map((b) => Math.abs(a - b)))
          .reduce((all, d) => all + d, 0);
        expect(quantitySkew(sizes).gini).toBeCloseTo(differences / (2 * sizes.length * sum), 10);
      }),
    );
  });
});

describe('the table of a partition', () => {
  it('counts images by client and content', () => {
    const table = partitionTable([part('x', { a: 3, b: 1 }), part('y', { b: 4 }, 0)]);
    expect(table.contents).toEqual([
      { source: 'set', category: 'a' },
      { source: 'set', category: 'b' },
    ]);
    expect(table.clients).toEqual([
      { id: 'x', train: 4, testGood: 1, testDefective: 2, trainOf: [3, 1], testOf: [3, 0] },
      { id: 'y', train: 4, testGood: 1, testDefective: 0, trainOf: [0, 4], testOf: [1, 0] },
    ]);
  });

  it('compares clients with all together and with each other', () => {
    const { skew } = partitionTable([part('x', { a: 4 }), part('y', { b: 4 })]);
    // Each against (½, ½), as above; the pair is disjoint.
    expect(skew.content.mean).toBeCloseTo(Math.sqrt(0.3112781244591328), 12);
    expect(skew.content.largest).toBeCloseTo(Math.sqrt(0.3112781244591328), 12);
    expect(skew.content.pairs).toBeCloseTo(1, 12);
    expect(skew.quantity.gini).toBe(0);
  });

  it('leaves out who has nothing to compare, and pairs of very many', () => {
    expect(partitionTable([]).skew.content).toEqual({ mean: null, largest: null, pairs: null });
    expect(partitionTable([part('x', {})]).skew.content).toEqual({ mean: null, largest: null, pairs: null });
    expect(partitionTable([part('x', { a: 1 })]).skew.content).toEqual({ mean: 0, largest: 0, pairs: null });
    const many = (count: number) => Array.from({ length: count }, (_, at) => part(`c${at}`, { a: 1 }));
    expect(partitionTable(many(200)).skew.content.pairs).toBe(0);
    expect(partitionTable(many(201)).skew.content.pairs).toBeNull();
  });

  it('keeps categories of different sources apart', () => {
    const train = [imageOf('1', 'one', 'bolt'), imageOf('2', 'two', 'bolt')];
    expect(partitionTable([{ id: 'x', train, test: [] }]).contents).toHaveLength(2);
  });
});
