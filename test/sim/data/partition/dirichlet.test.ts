import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../../src/base/random.js';
import { apportion, cut, evenSizes } from '../../../../src/sim/data/partition/deal.js';
import { dirichlet, logGamma } from '../../../../src/sim/data/partition/dirichlet.js';
import { withMinimum } from '../../../../src/sim/data/partition/minimum.js';

const draws = 20_000;

describe('gamma numbers', () => {
  it.each([0.05, 0.3, 1, 2.5, 40])('of shape %d have its mean and variance', (alpha) => {
    const random = stream(3, 'gamma', alpha);
    const values = Array.from({ length: draws }, () => Math.exp(logGamma(random, alpha)));
    const mean = values.reduce((sum, value) => sum + value, 0) / draws;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / draws;
    // Five standard errors: of the mean √(α/n), of the variance √((2α² + 6α)/n).
    expect(Math.abs(mean - alpha)).toBeLessThan(5 * Math.sqrt(alpha / draws));
    expect(Math.abs(variance - alpha)).toBeLessThan(5 * Math.sqrt((2 * alpha * alpha + 6 * alpha) / draws));
  });

  it('have the mean logarithm of theory below shape 1: digamma(½) = −γ − 2 ln 2', () => {
    const random = stream(3, 'log-gamma');
    let sum = 0;
    for (let draw = 0; draw < draws; draw++) sum += logGamma(random, 0.5);
    // The variance of a log gamma number of shape ½ is trigamma(½) = π²/2.
    expect(Math.abs(sum / draws + 0.5772156649 + 2 * Math.LN2)).toBeLessThan(
      5 * Math.sqrt(Math.PI ** 2 / 2 / draws),
    );
  });
});

describe('Dirichlet shares', () => {
  it.each([
    [0.1, 5],
    [1, 3],
    [20, 8],
  ])('of alpha %d and %i clients have mean 1/k and the variance of theory', (alpha, count) => {
    const random = stream(4, alpha, count);
    const first = Array.from({ length: draws }, () => dirichlet(random, alpha, count)[0]);
    const mean = first.reduce((sum, share) => sum + share, 0) / draws;
    const variance = first.reduce((sum, share) => sum + (share - 1 / count) ** 2, 0) / draws;
    const expected = (count - 1) / (count * count * (count * alpha + 1));
    expect(Math.abs(mean - 1 / count)).toBeLessThan(5 * Math.sqrt(expected / draws));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.1);
  });

  it('add up to 1 and are never NaN, however small or large alpha', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.constantFrom(0.001, 0.01, 0.1, 1, 1000, 1e6),
        fc.integer({ min: 1, max: 200 }),
        (seed, alpha, count) => {
          const shares = dirichlet(stream(seed), alpha, count);
          expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
        },
      ),
    );
  });

  it('go to one client for tiny alpha, and to all alike for huge alpha', () => {
    const largest = (alpha: number) =>
      Array.from({ length: 50 }, (_, seed) => Math.max(...dirichlet(stream(seed, 'limit'), alpha, 10)));
    expect(Math.min(...largest(0.001))).toBeGreaterThan(0.5);
    expect(largest(0.001).filter((share) => share > 0.999).length).toBeGreaterThan(40);
    expect(Math.max(...largest(1e6))).toBeLessThan(0.101);
    // Tiny alpha picks everybody now and then.
    const winners = Array.from({ length: 200 }, (_, seed) => {
      const shares = dirichlet(stream(seed, 'winner'), 0.001, 4);
      return shares.indexOf(Math.max(...shares));
    });
    expect(new Set(winners).size).toBe(4);
  });
});

describe('whole numbers in proportion', () => {
  it('are off by less than one and add up', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 50 })
          .filter((weights) => weights.some((weight) => weight > 1e-3)),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer(),
        (weights, total, seed) => {
          const counts = apportion(weights, total, stream(seed));
          const sum = weights.reduce((all, weight) => all + weight, 0);
          expect(counts.reduce((all, count) => all + count, 0)).toBe(total);
          counts.forEach((count, at) => {
            expect(Math.abs(count - (total * weights[at]) / sum)).toBeLessThan(1 + 1e-9);
            if (weights[at] === 0) expect(count).toBe(0);
          });
        },
      ),
    );
  });

  it('go to the largest remainders, by lot among equals', () => {
    expect([...apportion([5, 3, 2], 9, stream(1))]).toEqual([4, 3, 2]);
    expect([...apportion([41, 29, 30], 10, stream(1))]).toEqual([4, 3, 3]);
    const lucky = Array.from({ length: 60 }, (_, seed) => apportion([1, 1, 1], 1, stream(seed)).indexOf(1));
    expect(new Set(lucky)).toEqual(new Set([0, 1, 2]));
  });

  it('are even where wanted', () => {
    expect(evenSizes(10, 4)).toEqual([2, 3, 2, 3]);
    expect(evenSizes(2, 4)).toEqual([0, 1, 0, 1]);
    expect(cut(['a', 'b', 'c'], [1, 0, 2])).toEqual([['a'], [], ['b', 'c']]);
  });
});

describe('the minimum', () => {
  it('is taken from whoever holds most, and from nobody else', () => {
    const repaired = withMinimum([[], [1, 2, 3, 4, 5, 6], [7, 8, 9], [10]], 2, stream(1));
    expect(repaired.map(({ length }) => length)).toEqual([2, 3, 3, 2]);
    expect(repaired.flat().toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(repaired[2]).toEqual([7, 8, 9]);
    expect(repaired[3][0]).toBe(10);
  });

  it('changes nothing where it is held', () => {
    expect(
      withMinimum(
        [
          [1, 2],
          [3, 4, 5],
        ],
        2,
        stream(1),
      ),
    ).toEqual([
      [1, 2],
      [3, 4, 5],
    ]);
  });
});
