import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addStatistics,
  calibrationOf,
  distanceStatistics,
  stretched,
  type DistanceStatistics,
} from '../../src/memory/calibration.js';
import { largestDifference } from './samples.js';

interface Patch {
  readonly slot: number;
  readonly squared: number;
}

const slots = 5;

function statisticsOf(patches: readonly Patch[]): DistanceStatistics {
  return distanceStatistics(
    Int32Array.from(patches, ({ slot }) => slot),
    Float32Array.from(patches, ({ squared }) => squared),
    slots,
  );
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** METHOD §9 from the lists of distances themselves, without sums of squares. */
function literalCalibration(patches: readonly Patch[]) {
  const distances = patches.map(({ squared }) => Math.sqrt(squared));
  const overall = mean(distances);
  const variance = mean(distances.map((distance) => (distance - overall) ** 2));
  return Array.from({ length: slots }, (_, at) => {
    const own = distances.filter((_distance, patch) => patches[patch].slot === at);
    const ownMean = own.length > 0 ? mean(own) : 0;
    const spread = own.reduce((sum, distance) => sum + (distance - ownMean) ** 2, 0);
    const shrunk = (spread + 20 * variance) / (own.length + 20);
    return {
      mean: (own.reduce((sum, distance) => sum + distance, 0) + 20 * overall) / (own.length + 20),
      deviation: Math.max(Math.sqrt(shrunk), 0.05 * overall),
    };
  });
}

const patch = (largest: number) =>
  fc.record({
    // The last slot is nobody's nearest.
    slot: fc.nat(slots - 2),
    squared: fc.float({ min: 0, max: Math.fround(largest), noNaN: true }),
  });
const patchLists = fc
  .constantFrom(1e-6, 1, 400)
  .chain((largest) => fc.array(patch(largest), { minLength: 1, maxLength: 80 }));

describe('calibration', () => {
  it('equals the formula on the raw distances', () => {
    fc.assert(
      fc.property(patchLists, (patches) => {
        const expected = literalCalibration(patches);
        const { means, deviations } = calibrationOf(statisticsOf(patches));
        const scale = expected.reduce((sum, slot) => sum + slot.mean, 1e-9);
        expected.forEach((slot, at) => {
          expect(Math.abs(means[at] - slot.mean)).toBeLessThan(1e-9 * scale);
          expect(Math.abs(deviations[at] - slot.deviation)).toBeLessThan(1e-7 * scale + 2e-12);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('computes a case by hand', () => {
    // Distances 1 and 3 at slot 0, 8 at slot 1: overall mean 4, variance 26/3.
    const { means, deviations } = calibrationOf(
      statisticsOf([
        { slot: 0, squared: 1 },
        { slot: 0, squared: 9 },
        { slot: 1, squared: 64 },
      ]),
    );
    expect([...means.subarray(0, 3)]).toEqual([84 / 22, 88 / 21, 4]);
    expect(deviations[0]).toBeCloseTo(Math.sqrt((2 + (20 * 26) / 3) / 22), 12);
    expect(deviations[1]).toBeCloseTo(Math.sqrt((20 * 26) / 3 / 21), 12);
    expect(deviations[2]).toBeCloseTo(Math.sqrt(26 / 3), 12);
  });

  it('lets patches in large numbers outweigh the prior', () => {
    const many = Array.from({ length: 20_000 }, (_, at) => ({ slot: at % 2, squared: at % 2 ? 100 : 1 }));
    const { means, deviations } = calibrationOf(statisticsOf(many));
    expect(means[0]).toBeCloseTo(1, 1);
    expect(means[1]).toBeCloseTo(10, 1);
    expect(deviations[0]).toBeLessThan(0.3);
  });

  it('gives a slot without patches the overall mean and deviation', () => {
    fc.assert(
      fc.property(patchLists, (patches) => {
        const distances = patches.map(({ squared }) => Math.sqrt(squared));
        const overall = mean(distances);
        const deviation = Math.sqrt(mean(distances.map((distance) => (distance - overall) ** 2)));
        const { means, deviations } = calibrationOf(statisticsOf(patches));
        expect(means[slots - 1]).toBeCloseTo(overall, 9);
        expect(deviations[slots - 1]).toBeCloseTo(Math.max(deviation, 0.05 * overall), 6);
      }),
    );
  });

  it('never lets a deviation fall below a twentieth of the overall mean', () => {
    const equal = Array.from({ length: 30 }, (_, at) => ({ slot: at % 4, squared: 36 }));
    const { means, deviations } = calibrationOf(statisticsOf(equal));
    means.forEach((value) => expect(value).toBeCloseTo(6, 12));
    deviations.forEach((value) => expect(value).toBeCloseTo(0.3, 12));
  });

  it('stays finite with positive deviations where distances are zero or there are none', () => {
    for (const patches of [
      [],
      [{ slot: 1, squared: 0 }],
      new Array<Patch>(50).fill({ slot: 2, squared: 0 }),
    ]) {
      const { means, deviations } = calibrationOf(statisticsOf(patches));
      expect([...means]).toEqual([0, 0, 0, 0, 0]);
      expect(deviations.every((value) => value > 0 && Number.isFinite(1 / value))).toBe(true);
    }
    expect([...calibrationOf(addStatistics([], slots)).deviations]).toEqual([1, 1, 1, 1, 1]);
  });
});

describe('distance statistics', () => {
  it('of clients add up to those of all their patches', () => {
    fc.assert(
      fc.property(fc.array(patchLists, { maxLength: 5 }), (clients) => {
        const pooled = statisticsOf(clients.flat());
        const sum = addStatistics(clients.map(statisticsOf), slots);
        expect(sum.counts).toEqual(pooled.counts);
        const scale = 1 + pooled.squares.reduce((total, value) => total + value, 0);
        expect(largestDifference(sum.sums, pooled.sums)).toBeLessThan(1e-12 * scale);
        expect(largestDifference(sum.squares, pooled.squares)).toBeLessThan(1e-12 * scale);
      }),
    );
  });

  it('count every patch at its nearest slot', () => {
    const { counts, sums, squares } = statisticsOf([
      { slot: 3, squared: 4 },
      { slot: 0, squared: 9 },
      { slot: 3, squared: 25 },
    ]);
    expect([...counts]).toEqual([1, 0, 0, 2, 0]);
    expect([...sums]).toEqual([3, 0, 0, 7, 0]);
    expect([...squares]).toEqual([9, 0, 0, 29, 0]);
  });
});

describe('stretch', () => {
  it('equals calibrating on distances that are that much longer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ slot: fc.nat(slots - 1), distance: fc.nat(1000) }), { minLength: 1 }),
        fc.constantFrom(0.5, 1, 2, 3),
        (patches, stretch) => {
          fc.pre(patches.some(({ distance }) => distance > 0));
          const at = (factor: number) =>
            calibrationOf(
              statisticsOf(
                patches.map(({ slot, distance }) => ({ slot, squared: (factor * distance) ** 2 })),
              ),
            );
          const [actual, expected] = [stretched(at(1), stretch), at(stretch)];
          expect(largestDifference(actual.means, expected.means)).toBeLessThan(1e-9);
          expect(largestDifference(actual.deviations, expected.deviations)).toBeLessThan(1e-6);
        },
      ),
    );
  });
});
