import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearHashes } from '../../../../src/sim/data/leaks/hash-index.js';
import { hammingDistance, type PerceptualHash } from '../../../../src/sim/data/leaks/perceptual-hash.js';

const word = fc.nat(0xffffffff);
const hash: fc.Arbitrary<PerceptualHash> = fc.tuple(word, word);

/** Hashes scattered around a few centres: at random, no two of 64 bits are near. */
const clustered = fc
  .tuple(
    fc.array(hash, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(2), fc.array(fc.nat(63), { maxLength: 12 })), { maxLength: 25 }),
  )
  .map(([centres, scattered]) =>
    scattered.map(([centre, bits]): PerceptualHash => {
      const words: [number, number] = [...centres[centre % centres.length]];
      for (const bit of bits) words[bit >>> 5] = (words[bit >>> 5] ^ (1 << (bit & 31))) >>> 0;
      return words;
    }),
  );

function byComparison(left: readonly PerceptualHash[], right: readonly PerceptualHash[], radius: number) {
  return left.map((a) => right.flatMap((b, at) => (hammingDistance(a, b) <= radius ? [at] : [])));
}

describe('nearHashes', () => {
  it('finds each pair that comparing all finds, once', () => {
    fc.assert(
      fc.property(clustered, fc.nat(40), fc.integer({ min: 0, max: 19 }), (all, split, radius) => {
        const [left, right] = [all.slice(0, split % 20), all.slice(split % 20)];
        expect(nearHashes(left, right, radius)).toEqual(byComparison(left, right, radius));
      }),
      { numRuns: 60 },
    );
  });

  it('finds a pair whose bits differ evenly over the bands, and none one bit further', () => {
    const fifteen: PerceptualHash = [0x000f_0007, 0x000f_000f];
    expect(hammingDistance([0, 0], fifteen)).toBe(15);
    expect(nearHashes([[0, 0]], [fifteen, [0x000f_000f, 0x000f_000f]], 15)).toEqual([[0]]);
  });

  it('takes empty lists', () => {
    expect(nearHashes([], [[0, 0]], 15)).toEqual([]);
    expect(nearHashes([[0, 0]], [], 15)).toEqual([[]]);
  });
});

describe('hammingDistance', () => {
  it('counts the bits that differ', () => {
    fc.assert(
      fc.property(hash, fc.uniqueArray(fc.nat(63)), (a, bits) => {
        const words: [number, number] = [...a];
        for (const bit of bits) words[bit >>> 5] = (words[bit >>> 5] ^ (1 << (bit & 31))) >>> 0;
        expect(hammingDistance(a, words)).toBe(bits.length);
      }),
    );
  });
});
