import { describe, expect, it } from 'vitest';
import { cellNoise, latticePeriod, valueNoise } from '../../../../src/sim/data/synthetic/lattice.js';
import { cosine, fraction, sine, smoothStep, turnsOf } from '../../../../src/sim/data/synthetic/wave.js';

describe('portable waves', () => {
  it('agrees with the platform’s sine and cosine over several turns', () => {
    for (let turns = -2.5; turns <= 2.5; turns += 0.0137) {
      expect(sine(turns)).toBeCloseTo(Math.sin(2 * Math.PI * turns), 6);
      expect(cosine(turns)).toBeCloseTo(Math.cos(2 * Math.PI * turns), 6);
    }
  });

  it('is exact at quarter turns', () => {
    expect([0, 0.25, 0.5, 0.75, 1].map((turns) => sine(turns) + 0)).toEqual([0, 1, 0, -1, 0]);
  });

  it('eases between its ends and stays there', () => {
    expect([-1, 2, 3, 4, 9].map((value) => smoothStep(2, 4, value))).toEqual([0, 0, 0.5, 1, 1]);
    expect(fraction(-0.25)).toBe(0.75);
  });
});

describe('value noise', () => {
  it('passes through the lattice numbers, repeats after a period and is continuous', () => {
    for (const [x, y] of [
      [3, 7],
      [-2, 255],
      [250, -9],
    ]) {
      expect(valueNoise(x, y)).toBe(cellNoise(x, y));
      expect(valueNoise(x + latticePeriod, y - latticePeriod)).toBe(cellNoise(x, y));
      expect(Math.abs(valueNoise(x - 1e-9, y - 1e-9) - valueNoise(x, y))).toBeLessThan(1e-6);
    }
  });
});

describe('turnsOf', () => {
  it('agrees with the platform’s arc tangent in every quadrant', () => {
    for (let turns = -0.5; turns <= 0.5; turns += 0.0071) {
      const [x, y] = [3 * Math.cos(2 * Math.PI * turns), 3 * Math.sin(2 * Math.PI * turns)];
      expect(turnsOf(x, y)).toBeCloseTo(Math.atan2(y, x) / (2 * Math.PI), 5);
    }
    expect(turnsOf(0, 0)).toBe(0);
    expect([turnsOf(1, 0), turnsOf(0, 1), turnsOf(-1, 0), turnsOf(0, -1)]).toEqual([0, 0.25, 0.5, -0.25]);
  });
});
