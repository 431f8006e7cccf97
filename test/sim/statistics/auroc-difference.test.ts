import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  pairedAurocDifference,
  pairedAurocDifferences,
} from '../../../src/sim/statistics/auroc-difference.js';
import { resampleAurocs } from '../../../src/sim/statistics/auroc-resamples.js';
import { normalCdf } from '../../../src/sim/statistics/normal-distribution.js';
import { poolOf, type MethodScores } from '../../../src/sim/statistics/scored-images.js';
import { pairCountingAuroc } from '../../model/metrics/oracles.js';
import { expectRefusal } from '../../support/refusal.js';
import { drawMethods, oneDetector } from './samples.js';

const meanAuroc = (method: MethodScores) => {
  const areas = method.flatMap(({ detectors }) =>
    detectors.map(({ images }) =>
      pairCountingAuroc(
        Float64Array.from(images, ({ score }) => score),
        Uint8Array.from(images, ({ label }) => label),
      ),
    ),
  );
  return areas.reduce((sum, area) => sum + area, 0) / areas.length;
};

describe('paired bootstrap of an AUROC difference', () => {
  const [worse, better] = drawMethods('two', [{ shift: 1 }, { shift: 1.8 }]);

  it('estimates the difference of the mean AUROCs and says what it rests on', () => {
    const found = pairedAurocDifference(better, worse, { resamples: 500 });
    expect(found.difference).toBeCloseTo(meanAuroc(better) - meanAuroc(worse), 12);
    expect(found).toMatchObject({ resamples: 500, seeds: 3, clients: 2, images: 40, level: 0.95 });
    for (const [low, high] of [found.percentile, found.bca]) {
      expect(low).toBeLessThan(found.difference);
      expect(high).toBeGreaterThan(found.difference);
    }
  });

  it('has the distribution of all resamples there are', () => {
    const normal = [0.1, 0.4, 0.6];
    const defective = [0.3, 0.5, 0.9];
    const draws = [0, 1, 2].flatMap((a) => [0, 1, 2].flatMap((b) => [0, 1, 2].map((c) => [a, b, c])));
    const all = draws.flatMap((good) =>
      draws.map((bad) =>
        pairCountingAuroc(
          Float64Array.from([...good.map((at) => normal[at]), ...bad.map((at) => defective[at])]),
          Uint8Array.of(0, 0, 0, 1, 1, 1),
        ),
      ),
    );
    const scores = oneDetector(normal, defective);
    const [{ resampled }] = resampleAurocs([scores], poolOf(scores), 20_000, 1);
    // Of each AUROC's share among the resamples: a standard error is at most ½ / √20,000 = 0.0035.
    for (const area of new Set(all)) {
      const share = (values: ArrayLike<number>) =>
        Array.from(values).filter((value) => Math.abs(value - area) < 1e-9).length / values.length;
      expect(Math.abs(share(resampled) - share(all))).toBeLessThan(0.014);
    }
  });

  it('draws an image once for all seeds, detectors and methods', () => {
    const [a] = drawMethods('shared', [{ shift: 1 }], { seeds: 1, clients: 1 });
    const [{ detectors }] = a;
    const twice = [
      { seed: 1, detectors: [...detectors, { ...detectors[0], client: 'other' }] },
      { seed: 2, detectors },
    ];
    const [{ resampled }] = resampleAurocs([twice], poolOf(twice), 100, 1);
    const [once] = resampleAurocs([a], poolOf(a), 100, 1);
    once.resampled.forEach((area, resample) => {
      expect(resampled[2 * resample]).toBeCloseTo(area, 12);
      expect(resampled[2 * resample + 1]).toBe(area);
    });
    expect(new Set(once.resampled).size).toBeGreaterThan(10);
  });

  it('is 0, without spread, between a method and itself', () => {
    const { difference, percentile, bca } = pairedAurocDifference(worse, worse, { resamples: 200 });
    expect([difference, percentile, bca]).toEqual([0, [0, 0], [0, 0]]);
  });

  it('changes its sign with the order of the two', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.double({ min: -2, max: 2, noNaN: true }), (address, shift) => {
        const [a, b] = drawMethods(address, [{ shift }, { shift: 0.5 }], { perClass: 4 });
        const one = pairedAurocDifference(a, b, { resamples: 200 });
        const other = pairedAurocDifference(b, a, { resamples: 200 });
        expect(other.difference).toBeCloseTo(-one.difference, 12);
        for (const kind of ['percentile', 'bca'] as const) {
          expect(other[kind][0]).toBeCloseTo(-one[kind][1], 8);
          expect(other[kind][1]).toBeCloseTo(-one[kind][0], 8);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('has the same bits whatever order seeds, clients and images come in, and beside whatever else', () => {
    const shuffled = (method: MethodScores) =>
      method.toReversed().map(({ seed, detectors }) => ({
        seed,
        detectors: detectors
          .toReversed()
          .map(({ client, images }) => ({ client, images: images.toReversed() })),
      }));
    const options = { resamples: 300 };
    const expected = pairedAurocDifference(better, worse, options);
    expect(pairedAurocDifference(shuffled(better), shuffled(worse), options)).toEqual(expected);
    const [, beside] = pairedAurocDifferences([worse.slice(1), better], worse, options);
    expect(beside).toEqual(expected);
    expect(pairedAurocDifference(better, worse, { ...options, randomSeed: 2 })).not.toEqual(expected);
  });

  it('takes the seeds that both have', () => {
    const found = pairedAurocDifference(better.slice(1), worse, { resamples: 100 });
    expect(found.seeds).toBe(2);
    expect(found.difference).toBeCloseTo(meanAuroc(better.slice(1)) - meanAuroc(worse.slice(1)), 12);
  });

  it('leaves out detectors that lack a class', () => {
    const half = (method: MethodScores) =>
      method.map(({ seed, detectors: [first, second] }) => ({
        seed,
        detectors: [first, { ...second, images: second.images.filter(({ label }) => label === 0) }],
      }));
    const found = pairedAurocDifference(half(better), half(worse), { resamples: 100 });
    const alone = (method: MethodScores) =>
      meanAuroc(method.map(({ seed, detectors }) => ({ seed, detectors: detectors.slice(0, 1) })));
    expect(found.difference).toBeCloseTo(alone(better) - alone(worse), 12);
    expect(found.clients).toBe(1);
  });

  it('refuses what can’t be paired', async () => {
    const other = drawMethods('other', [{ shift: 1 }], { perClass: 9 })[0];
    const none = worse.map(({ seed, detectors }) => ({
      seed,
      detectors: detectors.map(({ client, images }) => ({
        client,
        images: images.filter(({ label }) => label === 0),
      })),
    }));
    for (const [method, reference, text] of [
      [better.slice(0, 1), worse.slice(1), 'no seed in common'],
      [other, worse, 'different images in seed 0'],
      [none, none, 'both classes'],
    ] as const) {
      await expectRefusal(() => pairedAurocDifference(method, reference), text);
    }
  });

  // Seed and image both vary. The true AUROC is Φ(shift / √(2 (1 + noise²) + seedDeviation²)).
  it('covers the true difference about as often as it says', () => {
    const noise = 0.7;
    const methods = [
      { shift: 1.5, seedDeviation: 0.3 },
      { shift: 1, seedDeviation: 0.3 },
    ];
    const [first, second] = methods.map(({ shift, seedDeviation }) =>
      normalCdf(shift / Math.sqrt(2 * (1 + noise ** 2) + seedDeviation ** 2)),
    );
    const trials = 200;
    const covered = { percentile: 0, bca: 0 };
    for (let trial = 0; trial < trials; trial++) {
      const [a, b] = drawMethods(`coverage-${trial}`, methods, { seeds: 8, clients: 2, perClass: 15, noise });
      const found = pairedAurocDifference(a, b, { resamples: 400, level: 0.9 });
      for (const kind of ['percentile', 'bca'] as const) {
        const [low, high] = found[kind];
        if (low <= first - second && first - second <= high) covered[kind]++;
      }
    }
    for (const kind of ['percentile', 'bca'] as const) {
      expect(covered[kind] / trials).toBeGreaterThan(0.85);
      expect(covered[kind] / trials).toBeLessThan(0.98);
    }
  });
});
