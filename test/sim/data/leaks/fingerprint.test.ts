import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/base/hash.js';
import { stream } from '../../../../src/base/random.js';
import {
  decodeFingerprint,
  encodeFingerprint,
  fingerprintOf,
} from '../../../../src/sim/data/leaks/fingerprint.js';
import { hammingDistance } from '../../../../src/sim/data/leaks/perceptual-hash.js';
import {
  isFlat,
  stepsPerLevel,
  thumbnailOf,
  thumbnailSide,
} from '../../../../src/sim/data/leaks/thumbnail.js';

function noise(size: number, name = 'noise'): Uint8Array {
  const random = stream(1, name);
  return Uint8Array.from({ length: size * size * 3 }, () => random.integer(256));
}

const hash = sha256('a file');

describe('thumbnails', () => {
  it('are the area mean of the luma, of sizes that 64 does not divide too', () => {
    for (const size of [64, 100, 128]) {
      const pixels = noise(size);
      const thumbnail = thumbnailOf(pixels, size);
      const step = size / thumbnailSide;
      for (const [x, y] of [
        [0, 0],
        [17, 40],
        [63, 63],
      ]) {
        let sum = 0;
        for (let row = 0; row < size; row++) {
          for (let column = 0; column < size; column++) {
            const width = Math.max(0, Math.min(column + 1, (x + 1) * step) - Math.max(column, x * step));
            const height = Math.max(0, Math.min(row + 1, (y + 1) * step) - Math.max(row, y * step));
            const at = 3 * (row * size + column);
            sum += width * height * (0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2]);
          }
        }
        const level = thumbnail[y * thumbnailSide + x] / stepsPerLevel;
        expect(Math.abs(level - sum / (step * step))).toBeLessThan(1 / stepsPerLevel);
      }
    }
  });

  it('reach from black to white, and are flat where nothing is to be seen', () => {
    const white = thumbnailOf(new Uint8Array(96 * 96 * 3).fill(255), 96);
    expect(new Set(white)).toEqual(new Set([255 * stepsPerLevel]));
    expect(isFlat(white)).toBe(true);
    expect(isFlat(thumbnailOf(noise(96), 96))).toBe(false);
  });

  it('refuse images below 64 pixels', () => {
    expect(() => thumbnailOf(noise(32), 32)).toThrow('fingerprint');
  });
});

describe('fingerprints', () => {
  it('come back from their bytes', () => {
    const fingerprint = fingerprintOf(noise(64), 64, hash);
    const bytes = encodeFingerprint(fingerprint);
    expect(decodeFingerprint(bytes, 'bytes')).toEqual(fingerprint);
    const inside = new Uint8Array(bytes.length + 5);
    inside.set(bytes, 5);
    expect(decodeFingerprint(inside.subarray(5), 'bytes')).toEqual(fingerprint);
  });

  it('of another version or length are refused by name', () => {
    const bytes = encodeFingerprint(fingerprintOf(noise(64), 64, hash));
    expect(() => decodeFingerprint(bytes.subarray(1), 'cut short')).toThrow('cut short');
    bytes[0]++;
    expect(() => decodeFingerprint(bytes, 'cache/entry')).toThrow('cache/entry');
  });

  it('of a flat image exist', () => {
    const { hash: words } = fingerprintOf(new Uint8Array(64 * 64 * 3).fill(90), 64, hash);
    expect(words.every((word) => Number.isInteger(word) && word >= 0)).toBe(true);
  });

  it('have hashes that ignore exposure and tell pictures apart', () => {
    const pixels = noise(64).map((value) => value >> 1);
    const one = fingerprintOf(pixels, 64, hash).hash;
    expect(
      hammingDistance(
        one,
        fingerprintOf(
          pixels.map((value) => value + 40),
          64,
          hash,
        ).hash,
      ),
    ).toBeLessThan(3);
    expect(hammingDistance(one, fingerprintOf(noise(64, 'other'), 64, hash).hash)).toBeGreaterThan(15);
  });

  it('have hashes with half their bits set', () => {
    const { hash: words } = fingerprintOf(noise(64), 64, hash);
    expect(hammingDistance(words, [0, 0])).toBe(32);
  });
});
