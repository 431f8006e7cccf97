import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accelerationOf,
  bcaInterval,
  percentileInterval,
} from '../../../src/sim/statistics/bootstrap-intervals.js';

describe('bootstrap intervals', () => {
  const squares = Float64Array.from({ length: 199 }, (_, at) => (at + 1) ** 2);

  it('are quantiles of the resamples, shifted by Efron’s formula', () => {
    // numpy.quantile at norm.cdf(z0 + (z0 + z) / (1 − a (z0 + z))), z0 = norm.ppf(89 / 199), a = 0.05: SciPy 1.17.
    const percentile = percentileInterval(squares, 0.95);
    [35.45, 37655.45].forEach((end, at) => expect(percentile[at]).toBeCloseTo(end, 8));
    const bca = bcaInterval(squares, 8000, 0.05, 0.95);
    [27.454196136795986, 37259.772632412634].forEach((end, at) => expect(bca[at]).toBeCloseTo(end, 4));
  });

  it('agree where there is neither bias nor acceleration', () => {
    const [low, high] = bcaInterval(squares, 10_000, 0, 0.9);
    const [lowest, highest] = percentileInterval(squares, 0.9);
    expect(low).toBeCloseTo(lowest, 6);
    expect(high).toBeCloseTo(highest, 6);
  });

  it('are a point where all resamples are one', () => {
    const same = new Float64Array(50).fill(0.25);
    expect(bcaInterval(same, 0.25, 0, 0.95)).toEqual([0.25, 0.25]);
    expect(bcaInterval(same, 0.3, 0, 0.95)).toEqual([0.25, 0.25]);
  });

  it('grow with the level and stay within the resamples', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(values, fc.double({ min: -0.2, max: 0.2, noNaN: true }), (given, acceleration) => {
        const sorted = Float64Array.from(given).sort();
        const estimate = given[0];
        const [low, high] = bcaInterval(sorted, estimate, acceleration, 0.9);
        const [lower, higher] = bcaInterval(sorted, estimate, acceleration, 0.99);
        expect(lower).toBeLessThanOrEqual(low);
        expect(low).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(higher);
        expect(lower).toBeGreaterThanOrEqual(sorted[0]);
        expect(higher).toBeLessThanOrEqual(sorted[sorted.length - 1]);
      }),
    );
  });

  it('accelerate by a sixth of the skewness over √n', () => {
    // 0, 0, 0, 4: mean 1, so that deviations are −1, −1, −1, 3, Σu² = 12, Σu³ = 24.
    expect(accelerationOf(Float64Array.of(-1, -1, -1, 3))).toBeCloseTo(24 / (6 * 12 ** 1.5), 14);
    expect(accelerationOf(new Float64Array(3))).toBe(0);
  });
});
