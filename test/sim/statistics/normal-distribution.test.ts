import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalCdf, normalQuantile } from '../../../src/sim/statistics/normal-distribution.js';
import { quantile } from '../../../src/sim/statistics/quantile.js';

describe('normal distribution', () => {
  // scipy.stats.norm.cdf, SciPy 1.17.
  it.each([
    [-8, 6.22096057427174e-16],
    [-5, 2.866515718791933e-7],
    [-3, 0.0013498980316300933],
    [-1.5, 0.06680720126885807],
    [-0.1, 0.460172162722971],
    [0, 0.5],
    [0.7, 0.758036347776927],
    [2, 0.9772498680518208],
    [4, 0.9999683287581669],
  ])('Φ(%d)', (value, expected) => {
    expect(normalCdf(value) / expected).toBeCloseTo(1, 10);
  });

  // scipy.stats.norm.ppf, SciPy 1.17.
  it.each([
    [1e-10, -6.361340902404056],
    [1e-5, -4.264890793922825],
    [0.025, -1.9599639845400545],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.9, 1.2815515655446004],
    [0.999, 3.090232306167813],
  ])('its quantile at %d', (probability, expected) => {
    expect(normalQuantile(probability)).toBeCloseTo(expected, 9);
  });

  it('rises, and its quantile undoes it', () => {
    fc.assert(
      fc.property(fc.double({ min: -7, max: 5, noNaN: true }), (value) => {
        expect(normalCdf(value + 0.001)).toBeGreaterThan(normalCdf(value));
        expect(normalQuantile(normalCdf(value))).toBeCloseTo(value, 8);
      }),
    );
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity]);
  });
});

describe('quantile', () => {
  it('lies between neighbours (type 7)', () => {
    // quantile(c(1, 2, 4, 8), c(0, .25, .5, .9, 1)) in R.
    const sample = Float64Array.of(1, 2, 4, 8);
    const found = [0, 0.25, 0.5, 0.9, 1].map((share) => quantile(sample, share));
    [1, 1.75, 3, 6.8, 8].forEach((expected, at) => expect(found[at]).toBeCloseTo(expected, 12));
  });
});
