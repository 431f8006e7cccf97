import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hashedSplit } from '../../../../src/sim/data/readers/hashed-split.js';

it('never changes', () => {
  expect(
    ['exp1_num_1000.jpg', 'exp1_num_1006.jpg', 'no5.jpg', '011.png', '002.png'].map(hashedSplit),
  ).toEqual(['train', 'test', 'test', 'test', 'train']);
});

it('keeps about one image of five for tests, whatever a set calls its files', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 12 }), (stem) => {
      const names = Array.from({ length: 2000 }, (_, at) => `${stem}${at}.png`);
      const test = names.filter((name) => hashedSplit(name) === 'test').length;
      // Five standard deviations of a fair draw.
      expect(Math.abs(test - 400)).toBeLessThan(90);
    }),
    { numRuns: 20 },
  );
});
