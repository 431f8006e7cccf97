import { badInput, invariant } from '../../../base/errors.js';
import type { ContentHash } from '../../../base/hash.js';
import { perceptualHash, type PerceptualHash } from './perceptual-hash.js';
import { thumbnailOf, thumbnailSide } from './thumbnail.js';

/** Raised when the same image would get another fingerprint: part of a cache's key, and the first byte encoded. */
export const fingerprintVersion = 1;

/** What is kept of an image to recognise copies of it. */
export interface Fingerprint {
  /** SHA-256 of the file. */
  readonly contentHash: ContentHash;
  /** 64 bits that differ little between look-alikes. */
  readonly hash: PerceptualHash;
  /** [64×64] grey levels in steps of 1/256. */
  readonly thumbnail: Uint16Array;
}

/**
 * The fingerprint of a decoded image. All images of a federation are to be decoded at the same size, 64 or more; better
 * 128, where the decoder seldom shrinks JPEG files by its own means, so that a lossless copy has the same pixels.
 * @param pixels [size×size×3] RGB bytes
 * @param contentHash SHA-256 of the file
 */
export function fingerprintOf(pixels: Uint8Array, size: number, contentHash: ContentHash): Fingerprint {
  const thumbnail = thumbnailOf(pixels, size);
  return { contentHash, hash: perceptualHash(thumbnail), thumbnail };
}

const hashBytes = 32;
const headerBytes = 1 + hashBytes + 8;
const encodedBytes = headerBytes + thumbnailSide * thumbnailSide * 2;

/** Version, content hash, perceptual hash, thumbnail: 8,233 bytes, numbers little-endian. */
export function encodeFingerprint({ contentHash, hash, thumbnail }: Fingerprint): Uint8Array {
  invariant(/^[0-9a-f]{64}$/.test(contentHash), `${contentHash} is no SHA-256`);
  const bytes = new Uint8Array(encodedBytes);
  const view = new DataView(bytes.buffer);
  bytes[0] = fingerprintVersion;
  for (let at = 0; at < hashBytes; at++) {
    bytes[1 + at] = Number.parseInt(contentHash.slice(2 * at, 2 * at + 2), 16);
  }
  hash.forEach((word, at) => {
    view.setUint32(1 + hashBytes + 4 * at, word, true);
  });
  thumbnail.forEach((value, at) => {
    view.setUint16(headerBytes + 2 * at, value, true);
  });
  return bytes;
}

/**
 * @param source what to call the bytes in errors
 * @throws FeddymemError (bad-input) on bytes of another version or length
 */
export function decodeFingerprint(bytes: Uint8Array, source: string): Fingerprint {
  if (bytes.length !== encodedBytes || bytes[0] !== fingerprintVersion) {
    throw badInput(
      `${source} holds no image fingerprint of version ${fingerprintVersion}`,
      'Delete it; it is made anew from the image.',
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const word = (at: number) => view.getUint32(1 + hashBytes + 4 * at, true);
  return {
    contentHash: Array.from(bytes.subarray(1, 1 + hashBytes), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join(''),
    hash: [word(0), word(1)],
    thumbnail: Uint16Array.from({ length: thumbnailSide * thumbnailSide }, (_, at) =>
      view.getUint16(headerBytes + 2 * at, true),
    ),
  };
}
