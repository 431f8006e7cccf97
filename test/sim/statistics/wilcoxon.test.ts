import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { signedRankCdf } from '../../../src/sim/statistics/signed-rank-distribution.js';
import { wilcoxonSignedRank } from '../../../src/sim/statistics/wilcoxon.js';

describe('signed-rank distribution', () => {
  // "Critical Values for T in the Wilcoxon Matched-Pairs Signed-Rank Test", University of York, Department of
  // Mathematics, two-tailed P = 0.05, n = 6 … 25.
  const critical = [0, 2, 3, 5, 8, 10, 13, 17, 21, 25, 29, 34, 40, 46, 52, 58, 65, 73, 81, 89];

  it.each(critical.map((bound, at) => [at + 6, bound]))('n = %d: critical value %d', (n, bound) => {
    expect(2 * signedRankCdf(bound, n)).toBeLessThanOrEqual(0.05);
    expect(2 * signedRankCdf(bound + 1, n)).toBeGreaterThan(0.05);
  });

  it('counts every choice of signs', () => {
    const n = 9;
    const sums = Array.from({ length: 2 ** n }, (_, signs) =>
      Array.from({ length: n }, (_, at) => ((signs >> at) & 1) * (at + 1)).reduce((a, b) => a + b, 0),
    );
    for (let bound = 0; bound <= 45; bound++)
      expect(signedRankCdf(bound, n)).toBe(sums.filter((sum) => sum <= bound).length / 2 ** n);
  });
});

describe('Wilcoxon signed-rank test', () => {
  it('gives the published p of Darwin’s maize', () => {
    // The example of scipy.stats.wilcoxon: statistic 24, p 0.041259765625.
    const maize = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];
    const smaller = 24;
    expect(wilcoxonSignedRank(maize)).toEqual({
      n: 15,
      zeros: 0,
      rankSum: 120 - smaller,
      p: 0.041259765625,
      exact: true,
    });
  });

  it('gives the published p of the Hamilton depression scale', () => {
    // Hollander & Wolfe 1973, p. 29; example of R's wilcox.test: V = 40, one-sided p 0.01953.
    const first = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
    const second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
    const { rankSum, p } = wilcoxonSignedRank(first.map((value, at) => value - second[at]));
    expect(rankSum).toBe(40);
    expect(p / 2).toBeCloseTo(0.01953, 5);
  });

  it('approximates with ties and continuity corrected, and drops zeros', () => {
    // scipy.stats.wilcoxon(d, zero_method='wilcox', correction=True, method='asymptotic'), SciPy 1.17.
    const tied = wilcoxonSignedRank([1, -1, 2, 2, -3, 4, 4, 4, 5, -6, 7, 8, 8, -9, 10, 0, 0]);
    expect(tied).toMatchObject({ n: 15, zeros: 2, rankSum: 120 - 30.5, exact: false });
    expect(tied.p).toBeCloseTo(0.09906187135344798, 11);
    const many = wilcoxonSignedRank(Array.from({ length: 40 }, (_, at) => (((at * 37) % 61) - 22) / 10));
    expect(many).toMatchObject({ n: 40, exact: false });
    expect(Math.min(many.rankSum, 820 - many.rankSum)).toBe(244.5);
    expect(many.p).toBeCloseTo(0.026548725076430756, 11);
  });

  it('takes differences that only rounding sets apart for ties', () => {
    expect(0.9 - 0.8).not.toBe(0.8 - 0.7);
    expect(wilcoxonSignedRank([0.9 - 0.8, 0.8 - 0.7]).exact).toBe(false);
    expect(wilcoxonSignedRank([0.3 - (0.1 + 0.2)])).toMatchObject({ n: 0, zeros: 1, p: 1 });
  });

  const differences = fc.array(
    fc.integer({ min: -30, max: 30 }).map((value) => value / 10),
    { maxLength: 60 },
  );

  it('is two-sided: the sign of all differences changes nothing but the side', () => {
    fc.assert(
      fc.property(differences, (given) => {
        const { n, zeros, rankSum, p } = wilcoxonSignedRank(given);
        const mirrored = wilcoxonSignedRank(given.map((value) => -value));
        expect(p).toBeGreaterThan(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(n + zeros).toBe(given.length);
        expect(mirrored.p).toBe(p);
        expect(mirrored.rankSum).toBe((n * (n + 1)) / 2 - rankSum);
      }),
    );
  });

  it('depends on neither the order nor the unit', () => {
    fc.assert(
      fc.property(differences, (given) => {
        const { p } = wilcoxonSignedRank(given);
        expect(wilcoxonSignedRank(given.toReversed()).p).toBe(p);
        expect(wilcoxonSignedRank(given.map((value) => value * 4)).p).toBe(p);
      }),
    );
  });

  it('stays above 0 where the tail is smaller than any number', () => {
    expect(wilcoxonSignedRank(Array.from({ length: 4000 }, (_, at) => at + 1)).p).toBeGreaterThan(0);
  });

  it.each([12, 25, 40])('rejects at 5 %% about as often as it says where nothing differs, n = %d', (n) => {
    const trials = 2000;
    let rejected = 0;
    for (let trial = 0; trial < trials; trial++) {
      const random = stream(3, 'test', 'null', n, trial);
      if (wilcoxonSignedRank(Array.from({ length: n }, () => random.normal())).p <= 0.05) rejected++;
    }
    expect(rejected / trials).toBeGreaterThan(0.033);
    expect(rejected / trials).toBeLessThan(0.063);
  });
});
