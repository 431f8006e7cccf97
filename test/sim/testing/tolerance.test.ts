import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checkTolerances,
  defaultTolerance,
  fits,
  givenTolerance,
  isWithin,
  toleranceSchema,
  type Tolerance,
} from '../../../src/sim/testing/tolerance.js';

describe('a tolerance', () => {
  it('is absolute as a number, a share of the golden figure in per cent', () => {
    expect(isWithin(0.52, 0.5, 0.02)).toBe(true);
    expect(isWithin(0.53, 0.5, 0.02)).toBe(false);
    expect(isWithin(102, 100, '2%')).toBe(true);
    expect(isWithin(97, 100, '2%')).toBe(false);
    expect(isWithin(-102, -100, '2%')).toBe(true);
    expect(isWithin(1e-12, 0, '2%')).toBe(false);
  });

  it('forgives what decimal fractions are off by themselves', () => {
    expect(0.92 - 0.9).toBeGreaterThan(0.02);
    expect(isWithin(0.92, 0.9, 0.02)).toBe(true);
  });

  it('of 0 wants the same number', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(number, number, (a, b) => isWithin(a, b, 0) === (a === b) && isWithin(a, a, 0)));
  });

  it('lets a figure that is not defined agree with another such one only', () => {
    for (const tolerance of [0, 1, '100%'] as const) {
      expect(isWithin(null, null, tolerance)).toBe(true);
      expect(isWithin(null, 0, tolerance)).toBe(false);
      expect(isWithin(0, null, tolerance)).toBe(false);
    }
  });

  it('grows: what is within one is within a wider one', () => {
    const share = fc.double({ min: 0, max: 100, noNaN: true });
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, value, share, share, (a, b, x, y) => {
        const [narrow, wide] = [Math.min(x, y), Math.max(x, y)];
        return !isWithin(a, b, narrow) || isWithin(a, b, wide);
      }),
    );
  });

  it('is refused by the name of its figure when it is none', () => {
    for (const bad of [-1, Number.NaN, '2', '-2%', 'two%', null]) {
      expect(toleranceSchema.safeParse(bad).success).toBe(false);
      expect(() => checkTolerances({ 'bytes.up': 0, loss: bad as Tolerance })).toThrow(
        'the tolerance of loss is',
      );
    }
    expect(() => checkTolerances({ a: 0, b: 0.5, c: '2%', d: '0.5%' })).not.toThrow();
  });

  it('has a default by the kind of figure', () => {
    expect(defaultTolerance('mean.own.imageAuroc')).toBe(0.02);
    expect(defaultTolerance('mean.own.worstImageAuroc')).toBe(0.02);
    expect(defaultTolerance('mean.own.aupro')).toBe(0.02);
    expect(defaultTolerance('rounds.2.loss')).toBe('2%');
    expect(defaultTolerance('clients.client-1.own.imageF1MaxThreshold')).toBe('2%');
    for (const exact of ['bytes.up', 'rounds.2.bytesDown', 'virtualSeconds', 'rounds.1.accepted'])
      expect(defaultTolerance(exact)).toBe(0);
  });
});

describe('a pattern', () => {
  it('takes * for any text, and a dot for a dot', () => {
    expect(fits('rounds.*.loss', 'rounds.12.loss')).toBe(true);
    expect(fits('rounds.*.loss', 'roundsx12xloss')).toBe(false);
    expect(fits('rounds.*.loss', 'rounds.12.lossy')).toBe(false);
    expect(fits('mean.*', 'mean.own.imageAp')).toBe(true);
    expect(fits('mean.own', 'mean.own.imageAp')).toBe(false);
  });

  it('yields to the name itself', () => {
    const tolerances = { 'rounds.*.loss': '5%', 'rounds.2.loss': 0 } as const;
    expect(givenTolerance(tolerances, 'rounds.2.loss')).toBe(0);
    expect(givenTolerance(tolerances, 'rounds.1.loss')).toBe('5%');
    expect(givenTolerance(tolerances, 'bytes.up')).toBeUndefined();
  });
});
