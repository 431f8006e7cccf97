import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatNumber,
  formatScore,
  formatSeconds,
  plural,
} from '../../../src/sim/report/format.js';

describe('formatters', () => {
  it.each([
    [0.8734, '.873'],
    [0, '.000'],
    [1, '1.000'],
    [0.99961, '1.000'],
    [null, 'n/a'],
    [NaN, 'n/a'],
  ])('writes score %s as %s', (value, text) => expect(formatScore(value)).toBe(text));

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [1_234_567, '1.2 MB'],
    [99_960, '100 kB'],
    [999_499, '999 kB'],
    [999_500, '1.0 MB'],
    [3.4e11, '340 GB'],
    [5e18, '5000 PB'],
    [null, 'n/a'],
  ])('writes %s bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([
    [0, '0 s'],
    [0.0002, '< 1 ms'],
    [0.0123, '12 ms'],
    [0.9999, '1.0 s'],
    [3.21, '3.2 s'],
    [59.96, '1 min'],
    [75, '1 min 15 s'],
    [3599.7, '1 h'],
    [7523, '2 h 5 min'],
    [3 * 86_400 + 4 * 3600, '3 d 4 h'],
    [null, 'n/a'],
  ])('writes %s seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('writes other numbers to four digits, counts in groups and nouns in their number', () => {
    expect([0.123456, 1234.56, 1.2e-7, -3, null].map(formatNumber)).toEqual([
      '0.1235',
      '1235',
      '1.2e-7',
      '-3',
      'n/a',
    ]);
    expect([7, 999, 1000, 12_345_678].map(formatCount)).toEqual(['7', '999', '1,000', '12,345,678']);
    expect([plural(1, 'client'), plural(1200, 'client')]).toEqual(['1 client', '1,200 clients']);
  });
});
