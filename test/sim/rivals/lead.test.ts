import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leadOf } from '../../../src/sim/rivals/lead.js';
import { pairedDifference } from '../../../src/sim/rivals/paired-difference.js';
import { meanOverFederations, type Value } from '../../../src/sim/rivals/values.js';
import { bytesAgainst, points, probability } from '../../../src/sim/rivals/wording.js';

/** Values of federations a, b, …, seeds from 1. */
const values = (...federations: readonly (readonly number[])[]): Value[] =>
  federations.flatMap((seeds, at) =>
    seeds.map((value, seed) => ({ federation: 'abcdefgh'[at], seed: seed + 1, value })),
  );

describe('a paired difference', () => {
  it('counts every federation the same, over the cells that both have', () => {
    const a = values([0.9, 0.8], [0.5]);
    expect(meanOverFederations(a)).toBeCloseTo(0.675, 12);
    const found = pairedDifference(a, values([0.8, 0.8, 0.1], [0.6], [0.3]))!;
    expect(found.difference).toBeCloseTo((0.05 - 0.1) / 2, 12);
    expect(found).toMatchObject({ pairs: 3, federations: 2 });
    expect(pairedDifference(values([0.5]), [])).toBeNull();
    expect(pairedDifference(values([0.5]), values([0.4]))!.interval).toBeNull();
  });

  it('lies in its interval, which turns round with the rows', () => {
    const seeds = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 3 });
    fc.assert(
      fc.property(fc.array(seeds, { minLength: 3, maxLength: 5 }), (some) => {
        const a = values(...some);
        const b = a.map((value) => ({ ...value, value: 0.5 }));
        const [there, back] = [pairedDifference(a, b)!, pairedDifference(b, a)!];
        const [low, high] = there.interval!;
        expect(low).toBeLessThanOrEqual(there.difference + 1e-12);
        expect(high).toBeGreaterThanOrEqual(there.difference - 1e-12);
        expect(back.difference).toBeCloseTo(-there.difference, 12);
        expect(back.interval![0]).toBeCloseTo(-high, 12);
        expect(back.test.p).toBeCloseTo(there.test.p, 12);
      }),
      { numRuns: 10 },
    );
  });

  it('has an interval that holds the true difference about as often as it says', () => {
    // Differences with a known mean: federations' own ones, and seeds' around them, drawn without a random source.
    let held = 0;
    const trials = 200;
    let state = 7;
    const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647;
    const spread = () => uniform() + uniform() + uniform() - 1.5;
    for (let trial = 0; trial < trials; trial++) {
      const a = values(
        ...Array.from({ length: 8 }, () => {
          const own = 0.3 + spread();
          return [own + 0.3 * spread(), own + 0.3 * spread(), own + 0.3 * spread()];
        }),
      );
      const { interval } = pairedDifference(
        a,
        a.map((value) => ({ ...value, value: 0 })),
        400,
      )!;
      if (interval![0] <= 0.3 && interval![1] >= 0.3) held++;
    }
    expect(held / trials).toBeGreaterThan(0.84);
    expect(held / trials).toBeLessThan(0.99);
  });
});

describe('a lead', () => {
  it('is over the rival with the highest mean, over the cells that all have', () => {
    const rows = new Map([
      ['ours', values([0.9, 0.9], [0.6, 0.6])],
      ['a', values([0.8, 0.8], [0.7, 0.7])],
      ['b', values([0.95, 0.95], [0.5, 0.5])],
      ['not a rival', values([1, 1], [1, 1])],
    ]);
    const lead = leadOf(rows, 'ours', ['a', 'b', 'c'])!;
    expect(lead.rival.row).toBe('a');
    expect(lead.mean).toBeCloseTo(0.75, 12);
    expect(lead.compared.difference).toBeCloseTo(0, 12);
    expect(lead.federations.map(({ federation, rival }) => [federation, rival])).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(lead.federations[0].difference).toBeCloseTo(-0.05, 12);
    expect(lead.leftOut).toEqual([]);
  });

  it('leaves out rivals with less than half of the cells, and says so; others narrow the cells', () => {
    const rows = new Map([
      ['ours', values([0.9, 0.9], [0.6, 0.6])],
      ['a', values([0.8], [0.7])],
      ['b', values([0.99])],
    ]);
    const lead = leadOf(rows, 'ours', ['a', 'b'])!;
    expect(lead.leftOut).toEqual(['b']);
    expect(lead.cells).toEqual([
      { federation: 'a', seed: 1 },
      { federation: 'b', seed: 1 },
    ]);
    expect(leadOf(rows, 'nobody', ['a'])).toBeNull();
    expect(leadOf(rows, 'ours', ['nobody'])).toBeNull();
  });
});

describe('wording', () => {
  it('says differences as people do', () => {
    expect([0.052, -0.0123, 0.0004, -0.0004].map(points)).toEqual(['+5.2', '−1.2', '0.0', '0.0']);
    expect(bytesAgainst(400, 1000)).toBe('60 % fewer than 1.0 kB');
    expect(bytesAgainst(1500, 1000)).toBe('50 % more than 1.0 kB');
    expect(bytesAgainst(3000, 1000)).toBe('3.0 times 1.0 kB');
    expect(bytesAgainst(1000, 1000)).toBe('as many as 1.0 kB');
    expect([0.0004, 0.0123].map(probability)).toEqual(['p < .001', 'p = .012']);
  });
});
