import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from '../../../src/sim/statistics/holm.js';

describe('Holm correction', () => {
  it('gives the published examples', () => {
    // The example of pingouin.holm; the arithmetic is 0.0003·5, 0.003·4, 0.054·3, 0.32·2 and, held up, 0.64.
    const adjusted = holm([0.5, 0.003, 0.32, 0.054, 0.0003]);
    [0.64, 0.012, 0.64, 0.162, 0.0015].forEach((p, at) => expect(adjusted[at]).toBeCloseTo(p, 12));
    // The example of @stdlib/stats/padjust.
    const others = holm([0.319, 0.201, 0.4, 0.374, 0.113]);
    [0.957, 0.804, 0.957, 0.957, 0.565].forEach((p, at) => expect(others[at]).toBeCloseTo(p, 12));
    expect(holm([])).toEqual([]);
  });

  const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });

  it('keeps the order of the p-values, between each of them and Bonferroni’s', () => {
    fc.assert(
      fc.property(pValues, (given) => {
        const adjusted = holm(given);
        given.forEach((p, at) => {
          expect(adjusted[at]).toBeGreaterThanOrEqual(p);
          expect(adjusted[at]).toBeLessThanOrEqual(Math.min(1, p * given.length));
          given.forEach((other, beside) => {
            if (p <= other) expect(adjusted[at]).toBeLessThanOrEqual(adjusted[beside]);
          });
        });
      }),
    );
  });

  it('rejects what the step-down procedure rejects', () => {
    const rejected = (given: readonly number[], level: number) => {
      const order = given.map((_, at) => at).sort((a, b) => given[a] - given[b]);
      const stop = order.findIndex((at, step) => given[at] > level / (given.length - step));
      return new Set(stop < 0 ? order : order.slice(0, stop));
    };
    // Hundredths and a level between them, so that no rounding decides.
    const hundredths = fc.array(
      fc.integer({ min: 0, max: 100 }).map((n) => n / 100),
      { minLength: 1, maxLength: 9 },
    );
    fc.assert(
      fc.property(hundredths, (given) => {
        const expected = rejected(given, 0.0501);
        holm(given).forEach((p, at) => expect(p <= 0.0501).toBe(expected.has(at)));
      }),
    );
  });
});
