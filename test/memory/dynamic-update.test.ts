import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/base/random.js';
import { dynamicUpdates, type DynamicUpdateName, type UpdateInput } from '../../src/memory/dynamic-update.js';
import { movedSlots } from '../../src/memory/ema.js';
import { bankOfPoints, totalWeight, validateBank } from '../../src/memory/memory-bank.js';
import { naiveDistances } from '../support/naive-distances.js';
import { bankOf, blobs, largestDifference, latticePoints, matrixOf, momentsOf, rowsIn } from './samples.js';

const update = (name: DynamicUpdateName, input: UpdateInput, seed: number) =>
  dynamicUpdates[name](input, stream(seed, 'update'), naiveDistances);

const inputs = fc
  .tuple(latticePoints, fc.integer({ min: 1, max: 8 }), fc.integer({ min: -3, max: 3 }))
  .map(([points, slots, shear]): UpdateInput => {
    const rows = rowsIn(points);
    return {
      points,
      embedded: matrixOf(rows.map((row) => [row[0] * shear + row[points.columns - 1], row[0]])),
      previous: { ...bankOfPoints(points), weights: new Float64Array(points.rows).fill(3) },
      slots,
    };
  });

describe.each(Object.keys(dynamicUpdates) as DynamicUpdateName[])('dynamic update %s', (name) => {
  it('gives a valid bank in the shared space, the same again from the same stream', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, fc.nat(), async (input, seed) => {
        const before = structuredClone(input);
        const bank = await update(name, input, seed);
        validateBank(bank, input.points.columns, 'result');
        expect(await update(name, input, seed)).toEqual(bank);
        expect(input).toEqual(before);
      }),
    );
  });
});

describe('rebuilding the bank', () => {
  it('accounts for every patch once, in at most the slots asked for', async () => {
    await fc.assert(
      fc.asyncProperty(inputs, fc.nat(), async (input, seed) => {
        const bank = await update('rebuild', input, seed);
        expect(bank.weights.length).toBeLessThanOrEqual(input.slots);
        expect(totalWeight(bank)).toBe(input.points.rows);
        const [before, after] = [momentsOf(bankOfPoints(input.points)), momentsOf(bank)];
        expect(largestDifference(after.mean, before.mean)).toBeLessThan(1e-5);
        expect(Math.abs(after.variance - before.variance)).toBeLessThan(1e-4);
      }),
    );
  });

  it('groups by the embedding and averages in the shared space', async () => {
    // The generator tells even from odd patches, which interleave in the shared space.
    const points = matrixOf(Array.from({ length: 8 }, (_, patch) => [patch, 0, 1]));
    const embedded = matrixOf(Array.from({ length: 8 }, (_, patch) => [1e4 * (patch % 2), patch]));
    const bank = await update('rebuild', { points, embedded, previous: bankOf([], []), slots: 2 }, 5);
    expect(rowsIn(bank.vectors).sort()).toEqual([[3, 0, 1], [4, 0, 1]]); // prettier-ignore
    expect([...bank.weights]).toEqual([4, 4]);
    bank.variances.forEach((variance) => expect(variance).toBeCloseTo(5 / 3, 12));
  });

  it('stores the patches themselves when there are no more than slots', async () => {
    const points = matrixOf([[1, 2], [3, 4]]); // prettier-ignore
    const input = { points, embedded: matrixOf([[0], [0]]), previous: bankOf([], []), slots: 5 };
    expect(await update('rebuild', input, 1)).toEqual(bankOfPoints(points));
  });
});

it('without an update, the bank stays the one of round 0', async () => {
  await fc.assert(
    fc.asyncProperty(inputs, async (input) => {
      expect(await update('none', input, 1)).toBe(input.previous);
    }),
  );
});

describe('the moving average', () => {
  it('takes a tenth of the mean of the patches assigned to a slot', () => {
    const bank = bankOf([[0, 0], [10, 20], [5, 5]], [3, 4, 5]); // prettier-ignore
    const patches = matrixOf([[1, 2], [3, 4], [20, 20]]); // prettier-ignore
    const after = movedSlots(bank, patches, Int32Array.of(0, 0, 1));
    expect(rowsIn(after.vectors).flat().map((value) => Number(value.toFixed(5)))).toEqual([0.2, 0.3, 11, 20, 5, 5]); // prettier-ignore
    expect(after.weights).toEqual(bank.weights);
  });

  it('counts patches at the slots nearest to their embeddings, around the slots where they are', async () => {
    const points = matrixOf([[0], [2], [8], [9]]); // prettier-ignore
    const previous = bankOf([[1], [6], [50]], [9, 9, 9]);
    // The generator turns the line round.
    const embedded = matrixOf([[0], [-2], [-8], [-9]]); // prettier-ignore
    const embeddedSlots = matrixOf([[-1], [-6], [-50]]);
    const bank = await update('ema', { points, embedded, embeddedSlots, previous, slots: 3 }, 1);
    expect(rowsIn(bank.vectors)).toEqual([[1], [6]]);
    expect([...bank.weights]).toEqual([2, 2]);
    expect([...bank.variances]).toEqual([1, 6.5]);
  });
});

describe('rebuilding from the previous slots', () => {
  it('leaves slots alone that are the means of their patches already', async () => {
    const random = stream(8, 'settled');
    const points = blobs([[0, 0], [60, 0], [0, 60], [60, 60]], 6, 1, random); // prettier-ignore
    const first = await update(
      'rebuild',
      { points, embedded: points, previous: bankOf([], []), slots: 4 },
      1,
    );
    for (let seed = 2; seed < 6; seed++) {
      const input = { points, embedded: points, previous: first, embeddedSlots: first.vectors, slots: 4 };
      expect(await update('rebuild', input, seed)).toEqual(first);
    }
  });
});
