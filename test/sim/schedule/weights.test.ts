import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scheduleSchema } from '../../../src/sim/schedule/schema.js';
import { uploadWeight } from '../../../src/sim/schedule/weights.js';

const schedule = (given: Record<string, unknown> = {}) => scheduleSchema.parse(given);
const stale = (exponent: number, missed: number) =>
  uploadWeight(schedule({ buffer: { stalenessExponent: exponent } }), 'stale', missed);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const rounds = fc.nat(40);

describe('uploadWeight', () => {
  it('of an absent client shrinks by a factor a round', () => {
    const of = (missed: number) => uploadWeight(schedule(), 'absent', missed);
    expect(of(0)).toBe(1);
    expect(of(1)).toBe(0.9);
    expect(of(2)).toBeCloseTo(0.81, 12);
    // 0.9^28 = 0.052, 0.9^29 = 0.047
    expect(of(28)).toBeGreaterThan(0.05);
    expect(of(29)).toBe(0);
  });

  it('of an absent client is 0 at once where it is to be forgotten, and 1 for ever where it is not', () => {
    expect(uploadWeight(schedule({ absentWeight: 0 }), 'absent', 1)).toBe(0);
    expect(uploadWeight(schedule({ absentWeight: 1 }), 'absent', 1000)).toBe(1);
  });

  it.each([0, 0.3, 0.5, 1, 2.5])('of a stale upload is (1 + s)^−%s', (exponent) => {
    for (let missed = 0; missed <= 20; missed++)
      expect(stale(exponent, missed)).toBeCloseTo((1 + missed) ** -exponent, 12);
  });

  it('of a stale upload is 0 beyond the maximum, and of a fresh one always 1', () => {
    const buffer = { maximumStaleness: 2 };
    expect([0, 1, 2, 3].map((missed) => uploadWeight(schedule({ buffer }), 'stale', missed) > 0)).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(
      uploadWeight(schedule({ buffer: { maximumStaleness: 0, stalenessExponent: 10 } }), 'stale', 0),
    ).toBe(1);
  });

  it('is never more for what is older, and never outside [0, 1]', () => {
    fc.assert(
      fc.property(
        share,
        share,
        rounds,
        fc.constantFrom('absent', 'stale'),
        (absentWeight, part, missed, kind) => {
          const given = schedule({ absentWeight, buffer: { stalenessExponent: 10 * part } });
          const weight = uploadWeight(given, kind, missed);
          expect(weight).toBeGreaterThanOrEqual(0);
          expect(weight).toBeLessThanOrEqual(1);
          expect(uploadWeight(given, kind, missed + 1)).toBeLessThanOrEqual(weight);
        },
      ),
    );
  });
});
