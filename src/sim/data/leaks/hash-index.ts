import { bitCount, hammingDistance, type PerceptualHash } from './perceptual-hash.js';

const bands = 4;
const bandBits = 16;
const bandValues = 1 << bandBits;

/**
 * All pairs of hashes at most `radius` bits apart, in no order of note. Multi-index hashing (Norouzi, Punjani & Fleet
 * 2012): of four bands of 16 bits at least one differs in no more than a quarter of the radius, so each band looks up
 * its values at such distances: radius 15 takes 697 look-ups a band instead of a comparison with every hash.
 * @returns for each index of `left` the indices of `right`, rising
 */
export function nearHashes(
  left: readonly PerceptualHash[],
  right: readonly PerceptualHash[],
  radius: number,
): number[][] {
  const bandRadius = Math.floor(radius / bands);
  const masks = masksWithin(bandRadius);
  const result = left.map((): number[] => []);
  for (let band = 0; band < bands; band++) {
    const { starts, members } = buckets(right, band);
    left.forEach((hash, at) => {
      const value = bandOf(hash, band);
      for (const mask of masks) {
        const bucket = value ^ mask;
        for (let place = starts[bucket]; place < starts[bucket + 1]; place++) {
          const other = right[members[place]];
          if (foundBefore(hash, other, band, bandRadius)) continue;
          if (hammingDistance(hash, other) <= radius) result[at].push(members[place]);
        }
      }
    });
  }
  for (const found of result) found.sort((a, b) => a - b);
  return result;
}

function bandOf(hash: PerceptualHash, band: number): number {
  return (hash[band >>> 1] >>> (bandBits * (band & 1))) & (bandValues - 1);
}

/** A pair is reported by the first band that finds it. */
function foundBefore(a: PerceptualHash, b: PerceptualHash, band: number, bandRadius: number): boolean {
  for (let earlier = 0; earlier < band; earlier++) {
    if (bitCount(bandOf(a, earlier) ^ bandOf(b, earlier)) <= bandRadius) return true;
  }
  return false;
}

/** Indices grouped by their band's value (a counting sort). */
function buckets(
  hashes: readonly PerceptualHash[],
  band: number,
): { starts: Uint32Array; members: Uint32Array } {
  const starts = new Uint32Array(bandValues + 1);
  for (const hash of hashes) starts[bandOf(hash, band) + 1]++;
  for (let value = 0; value < bandValues; value++) starts[value + 1] += starts[value];
  const next = starts.slice();
  const members = new Uint32Array(hashes.length);
  hashes.forEach((hash, at) => {
    members[next[bandOf(hash, band)]++] = at;
  });
  return { starts, members };
}

/** All 16-bit values with at most `bits` bits set. */
function masksWithin(bits: number): Uint16Array {
  return Uint16Array.from({ length: bandValues }, (_, value) => value).filter(
    (value) => bitCount(value) <= bits,
  );
}
