import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { portableCosine, portableExp, portableLog, portableSine } from '../../src/base/portable-math.js';
import * as random from '../../src/base/random.js';

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
}

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

describe('portable elementary functions', () => {
  it('computes logarithms, near 1 and at the ends of the range too', () => {
    fc.assert(
      fc.property(finite(1e-300, 1e300), (value) => expectClose(portableLog(value), Math.log(value))),
    );
    fc.assert(fc.property(finite(0.5, 2), (value) => expectClose(portableLog(value), Math.log(value))));
    for (const value of [1 - 2 ** -40, 1, 1 + 2 ** -40, 0.7, Number.MAX_VALUE, Number.MIN_VALUE])
      expectClose(portableLog(value), Math.log(value));
    expect([0, Infinity, -1, NaN].map(portableLog)).toEqual([-Infinity, Infinity, NaN, NaN]);
  });

  it('computes exponentials', () => {
    fc.assert(fc.property(finite(-700, 709), (value) => expectClose(portableExp(value), Math.exp(value))));
    fc.assert(fc.property(finite(-1, 1), (value) => expectClose(portableExp(value), Math.exp(value))));
    expect([0, 711, Infinity, -747, -Infinity, NaN].map(portableExp)).toEqual([
      1,
      Infinity,
      Infinity,
      0,
      0,
      NaN,
    ]);
  });

  it('computes sines and cosines, near their zeros too', () => {
    const angles = fc.oneof(
      finite(-7, 7),
      finite(-1e6, 1e6),
      fc.integer({ min: -1000, max: 1000 }).map((quarters) => (quarters * Math.PI) / 2),
    );
    fc.assert(
      fc.property(angles, (angle) => {
        expectClose(portableSine(angle), Math.sin(angle));
        expectClose(portableCosine(angle), Math.cos(angle));
      }),
    );
    expect(portableSine(Infinity)).toBeNaN();
  });

  it('is what random numbers are made with', () => {
    expect(random.portableLog).toBe(portableLog);
  });
});
