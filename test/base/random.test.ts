import { describe, expect, it } from 'vitest';
import { portableLog, sampleIndices, stream } from '../../src/base/random.js';

describe('addressed random streams', () => {
  it('gives the same numbers at the same address and others elsewhere', () => {
    const first = stream(7, 'client', 'a', 'round', 1);
    const again = stream(7, 'client', 'a', 'round', 1);
    const other = stream(7, 'client', 'a', 'round', 2);
    const draw = (random: { word(): number }) => Array.from({ length: 8 }, () => random.word());
    const numbers = draw(first);
    expect(draw(again)).toEqual(numbers);
    expect(draw(other)).not.toEqual(numbers);
  });

  it('does not confuse addresses whose parts join to the same text', () => {
    expect(stream(1, 'ab', 'c').word()).not.toBe(stream(1, 'a', 'bc').word());
    expect(stream(1, 1).word()).not.toBe(stream(1, '1').word());
  });

  it('draws normal numbers with the moments and tails of a normal distribution', () => {
    const sample = new Float32Array(400_001);
    stream(3, 'normal').fillNormal(sample);
    let sum = 0;
    let squares = 0;
    let fourth = 0;
    let beyondTwo = 0;
    for (const value of sample) {
      sum += value;
      squares += value ** 2;
      fourth += value ** 4;
      if (Math.abs(value) > 1.959964) beyondTwo++;
    }
    expect(Math.abs(sum / sample.length)).toBeLessThan(0.006);
    expect(squares / sample.length).toBeCloseTo(1, 1.9);
    expect(fourth / sample.length).toBeCloseTo(3, 1);
    expect(beyondTwo / sample.length).toBeCloseTo(0.05, 2.5);
  });

  it('computes logarithms to the last digits', () => {
    for (const value of [1e-9, 0.02, 0.5, 1, Math.E, 12345.678])
      expect(portableLog(value)).toBeCloseTo(Math.log(value), 12);
  });

  it('samples without replacement, in increasing order', () => {
    const sample = sampleIndices(stream(5, 'sample'), 100, 30);
    expect(new Set(sample).size).toBe(30);
    expect([...sample]).toEqual([...sample].sort((a, b) => a - b));
    expect(sampleIndices(stream(5, 'sample'), 10, 30)).toHaveLength(10);
  });
});
