import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import {
  bankOfPoints,
  concatenateBanks,
  emptyBank,
  mergeSlots,
  selectSlots,
  totalWeight,
  validateBank,
  withoutSmallSlots,
  type MemoryBank,
} from '../../src/memory/memory-bank.js';
import {
  bankOf,
  coordinate,
  largestDifference,
  matrixOf,
  memoryBanks,
  momentsOf,
  rowsIn,
} from './samples.js';

/** Patches in the plane, each with its slot of a first merge; each slot with its cluster of a second. */
const groupedPatches = fc
  .array(fc.tuple(coordinate(8), coordinate(8), fc.nat(9)), { minLength: 1, maxLength: 40 })
  .chain((patches) =>
    fc.record({
      points: fc.constant(matrixOf(patches.map(([x, y]) => [x, y]))),
      slotOf: fc.constant(Int32Array.from(patches, ([, , slot]) => slot)),
      clusterOf: fc.array(fc.nat(3), { minLength: 10, maxLength: 10 }),
    }),
  );

function expectSameBank(actual: MemoryBank, expected: MemoryBank): void {
  expect(largestDifference(actual.weights, expected.weights)).toBeLessThan(1e-9);
  expect(largestDifference(actual.vectors.data, expected.vectors.data)).toBeLessThan(1e-5);
  expect(largestDifference(actual.variances, expected.variances)).toBeLessThan(1e-4);
}

describe('merging slots', () => {
  it('gives the count, mean and variance of the patches behind them', () => {
    fc.assert(
      fc.property(groupedPatches, ({ points, slotOf }) => {
        const merged = mergeSlots(bankOfPoints(points), slotOf, 10);
        const rows = rowsIn(points);
        const used = [...new Set(slotOf)].sort((a, b) => a - b);
        const raw = used.map((slot) => {
          const patches = rows.filter((_, patch) => slotOf[patch] === slot);
          return { count: patches.length, ...momentsOf(bankOfPoints(matrixOf(patches))) };
        });
        expectSameBank(
          merged,
          bankOf(
            raw.map(({ mean }) => mean),
            raw.map(({ count }) => count),
            raw.map(({ variance }) => variance),
          ),
        );
      }),
    );
  });

  it('of merged slots equals merging all patches at once', () => {
    fc.assert(
      fc.property(groupedPatches, ({ points, slotOf, clusterOf }) => {
        const patches = bankOfPoints(points);
        const used = [...new Set(slotOf)].sort((a, b) => a - b);
        const inSteps = mergeSlots(
          mergeSlots(patches, slotOf, 10),
          Int32Array.from(used, (slot) => clusterOf[slot]),
          4,
        );
        const atOnce = mergeSlots(
          patches,
          slotOf.map((slot) => clusterOf[slot]),
          4,
        );
        expectSameBank(inSteps, atOnce);
      }),
    );
  });

  it('of weight w equals merging w copies', () => {
    fc.assert(
      fc.property(memoryBanks(1, 8), fc.infiniteStream(fc.nat(2)), (bank, clusters) => {
        const light = { ...bank, weights: bank.weights.map((weight) => 1 + (weight % 4)) };
        const assignment = Int32Array.from(light.weights, () => clusters.next().value);
        const copies = [...light.weights].flatMap((weight, slot) =>
          Array.from({ length: weight }, () => slot),
        );
        const repeated = selectSlots(light, copies);
        expectSameBank(
          mergeSlots(light, assignment, 3),
          mergeSlots(
            { ...repeated, weights: repeated.weights.map(() => 1) },
            Int32Array.from(copies, (slot) => assignment[slot]),
            3,
          ),
        );
      }),
    );
  });

  it('computes a case by hand: weights add, the variance has a part within and a part between', () => {
    const bank = bankOf([[0, 0], [4, 2], [9, 9]], [3, 1, 5], [0.5, 2, 7]); // prettier-ignore
    const merged = mergeSlots(bank, Int32Array.of(2, 2, 0), 4);
    // (3·0 + 1·4)/4, (3·0 + 1·2)/4; (3·(½ + 1.25/2) + 1·(2 + 11.25/2))/4
    expect(rowsIn(merged.vectors)).toEqual([[9, 9], [1, 0.5]]); // prettier-ignore
    expect([...merged.weights]).toEqual([5, 4]);
    expect([...merged.variances]).toEqual([7, 2.75]);
  });

  it('drops clusters that have no weight', () => {
    const merged = mergeSlots(bankOf([[1], [2], [3]], [0, 2, 0]), Int32Array.of(0, 1, 1), 3);
    expect([rowsIn(merged.vectors), [...merged.weights]]).toEqual([[[2]], [2]]);
  });
});

describe('a bank’s slots', () => {
  it('are selected in the given order and concatenated one bank under the other', () => {
    fc.assert(
      fc.property(memoryBanks(), fc.nat(24), (bank, cut) => {
        const slots = [...bank.weights.keys()];
        const parts = [slots.slice(0, cut), slots.slice(cut)].map((part) => selectSlots(bank, part));
        expect(concatenateBanks(parts, bank.vectors.columns)).toEqual(bank);
        const reversed = selectSlots(bank, slots.toReversed());
        expect(rowsIn(reversed.vectors)).toEqual(rowsIn(bank.vectors).reverse());
        expect([...reversed.variances]).toEqual([...bank.variances].reverse());
        expect(totalWeight(reversed)).toBe(bank.weights.reduce((sum, weight) => sum + weight, 0));
      }),
    );
    expect(concatenateBanks([], 5)).toEqual(emptyBank(5));
    expect(() => concatenateBanks([emptyBank(2), emptyBank(3)], 3)).toThrow(FeddymemError);
  });

  it('are kept from a minimum of patches on, in order', () => {
    fc.assert(
      fc.property(memoryBanks(), fc.integer({ min: 1, max: 500 }), (bank, minimum) => {
        const rows = rowsIn(bank.vectors);
        const kept = withoutSmallSlots(bank, minimum);
        expect([...kept.weights]).toEqual([...bank.weights].filter((weight) => weight >= minimum));
        expect(rowsIn(kept.vectors)).toEqual(rows.filter((_, slot) => bank.weights[slot] >= minimum));
        expect(kept.vectors.columns).toBe(bank.vectors.columns);
      }),
    );
    const bank = bankOf([[1], [2], [3]], [4.5, 5, 4]);
    expect([...withoutSmallSlots(bank, 5).weights]).toEqual([5]);
    expect(withoutSmallSlots(bank, 6)).toEqual(emptyBank(1));
  });
});

describe('validation', () => {
  it('accepts every honest bank, the empty one too', () => {
    fc.assert(
      fc.property(memoryBanks(), (bank) => {
        expect(validateBank(bank, bank.vectors.columns, 'client a')).toBe(bank);
      }),
    );
    expect(validateBank(emptyBank(3), 3, 'client a')).toEqual(emptyBank(3));
  });

  const good = bankOf([[1, 2], [3, 4]], [5, 6], [0, 1]); // prettier-ignore
  const wrong = (change: Partial<MemoryBank>): MemoryBank => ({ ...good, ...change });
  it.each([
    ['too few dimensions', bankOf([[1], [2]], [1, 1])],
    ['too many dimensions', bankOf([[1, 2, 3]], [1])],
    ['fewer weights than slots', wrong({ weights: Float64Array.of(5) })],
    ['more weights than slots', wrong({ weights: Float64Array.of(5, 6, 7) })],
    ['fewer variances than slots', wrong({ variances: Float64Array.of(0) })],
    [
      'a vector of NaN',
      bankOf(
        [
          [1, 2],
          [3, NaN],
        ],
        [5, 6],
      ),
    ],
    [
      'an infinite vector',
      bankOf(
        [
          [-Infinity, 2],
          [3, 4],
        ],
        [5, 6],
      ),
    ],
    ['a weight of zero', wrong({ weights: Float64Array.of(5, 0) })],
    ['a negative weight', wrong({ weights: Float64Array.of(-5, 6) })],
    ['a weight of NaN', wrong({ weights: Float64Array.of(NaN, 6) })],
    ['an infinite weight', wrong({ weights: Float64Array.of(5, Infinity) })],
    ['a negative variance', wrong({ variances: Float64Array.of(0, -1e-9) })],
    ['a variance of NaN', wrong({ variances: Float64Array.of(NaN, 0) })],
    ['an infinite variance', wrong({ variances: Float64Array.of(0, Infinity) })],
  ])('refuses %s and says whose bank it is', (_, bank) => {
    expect(() => validateBank(bank, 2, 'client seven')).toThrow(FeddymemError);
    expect(() => validateBank(bank, 2, 'client seven')).toThrow(/client seven/);
  });
});
