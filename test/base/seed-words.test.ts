import fc from 'fast-check';
import seedrandom from 'seedrandom';
import { describe, expect, it } from 'vitest';
import { seedWords } from '../../src/base/seed-words.js';

describe('seedWords', () => {
  const oracle = (text: string) => {
    const key = seedrandom(text);
    return [key.int32(), key.int32(), key.int32(), key.int32()];
  };

  it('is what seedrandom says of any text, short or longer than its key', () => {
    const texts = fc.oneof(
      fc.string({ minLength: 1, maxLength: 40 }),
      fc.string({ minLength: 240, maxLength: 900, unit: 'binary' }),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(seedWords(text)).toEqual(oracle(text));
      }),
    );
  });

  it('is what it says of addresses', () => {
    for (const address of [[1], [1, 'client', 'ü-7', 'train', 3], ['seed', 'x'.repeat(257)]])
      expect(seedWords(JSON.stringify(address))).toEqual(oracle(JSON.stringify(address)));
  });
});
