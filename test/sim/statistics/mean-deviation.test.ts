import { describe, expect, it } from 'vitest';
import { meanAndDeviation } from '../../../src/sim/statistics/mean-deviation.js';

describe('mean and deviation', () => {
  it('are the sample mean and the sample standard deviation', () => {
    // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared deviations 32, over 8 − 1.
    const { n, mean, deviation } = meanAndDeviation([2, 4, 4, 4, 5, 5, 7, 9]);
    expect([n, mean]).toEqual([8, 5]);
    expect(deviation).toBeCloseTo(Math.sqrt(32 / 7), 14);
  });

  it('are not defined for too few values, and pass over those that are missing', () => {
    expect(meanAndDeviation([])).toEqual({ n: 0, mean: null, deviation: null });
    expect(meanAndDeviation([null, 3, undefined, NaN])).toEqual({ n: 1, mean: 3, deviation: null });
    expect(meanAndDeviation([3, null, 3])).toEqual({ n: 2, mean: 3, deviation: 0 });
  });
});
