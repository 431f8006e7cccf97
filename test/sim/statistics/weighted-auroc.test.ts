import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addInfluences, rankForWeights, weightedAuroc } from '../../../src/sim/statistics/weighted-auroc.js';
import { pairCountingAuroc } from '../../model/metrics/oracles.js';

/** Few levels, so that scores tie; both labels are there. */
const sample = fc
  .array(
    fc.record({
      level: fc.integer({ min: 0, max: 6 }),
      label: fc.constantFrom(0 as const, 1 as const),
      weight: fc.nat(4),
    }),
    { minLength: 2, maxLength: 25 },
  )
  .filter((images) => new Set(images.map(({ label }) => label)).size === 2);

const ranked = (images: readonly { level: number; label: 0 | 1 }[]) =>
  rankForWeights(
    images.map(({ level }) => level),
    images.map(({ label }) => label),
    images.map((_, at) => at),
  );

describe('weighted AUROC', () => {
  it('is that of a sample in which images stand as often as their weight says', () => {
    fc.assert(
      fc.property(sample, (images) => {
        const copies = images.flatMap((image) => Array.from({ length: image.weight }, () => image));
        const expected = pairCountingAuroc(
          Float64Array.from(copies, ({ level }) => level),
          Uint8Array.from(copies, ({ label }) => label),
        );
        const weights = Int32Array.from(images, ({ weight }) => weight);
        const found = weightedAuroc(ranked(images), weights);
        if (Number.isNaN(expected)) expect(found).toBeNaN();
        else expect(found).toBeCloseTo(expected, 12);
      }),
    );
  });

  it('is the same by the way for samples without ties', () => {
    fc.assert(
      fc.property(sample, (images) => {
        const apart = images.map((image, at) => ({ ...image, level: image.level + at / 100 }));
        const weights = Int32Array.from(images, ({ weight }) => weight);
        const { tied, ...rest } = ranked(apart);
        expect(tied).toBe(false);
        expect(weightedAuroc({ ...rest, tied: true }, weights)).toEqual(
          weightedAuroc({ ...rest, tied: false }, weights),
        );
      }),
    );
  });

  it('changes with a weight as its influence says', () => {
    const heavy = 1_000_000;
    fc.assert(
      fc.property(sample, (images) => {
        const ranking = ranked(images);
        const influences = new Float64Array(images.length);
        addInfluences(ranking, 1, influences);
        const weights = new Int32Array(images.length).fill(heavy);
        const before = weightedAuroc(ranking, weights);
        images.forEach((_, at) => {
          weights[at]++;
          expect((weightedAuroc(ranking, weights) - before) * heavy).toBeCloseTo(influences[at], 5);
          weights[at]--;
        });
      }),
    );
  });

  it('has influences whose squares give the variance of DeLong et al. (1988)', () => {
    const normal = [0.1, 0.4, 0.35, 0.8, 0.2];
    const defective = [0.9, 0.5, 0.35, 0.7, 0.85, 0.6];
    const images = [
      ...normal.map((level) => ({ level, label: 0 as const })),
      ...defective.map((level) => ({ level, label: 1 as const })),
    ];
    const influences = new Float64Array(images.length);
    addInfluences(ranked(images), 1, influences);
    const squares = (part: Float64Array) => part.reduce((sum, value) => sum + value * value, 0);
    // Its variances divide by n − 1. The figure: NumPy, from the matrix of pairs won.
    const variance = (squares(influences.subarray(0, 5)) * 5) / 4 + (squares(influences.subarray(5)) * 6) / 5;
    expect(variance).toBeCloseTo(0.021166666666666667, 12);
  });
});
