import { readFile } from 'node:fs/promises';
import { sha256, type ContentHash } from '../../base/hash.js';
import { entryPath } from '../store/cache-layout.js';
import { markUsed, writeWhole } from '../store/write-whole.js';

/** An entry is the SHA-256 of its numbers, then the numbers: float32, little-endian. */
const digestBytes = 32;

/** The place of an entry: content-addressed by image bytes, weights and preprocessing. */
export function cachePath(folder: string, key: ContentHash): string {
  return entryPath(folder, 'features', key);
}

/** The entry's numbers, or null when there is none or it is damaged. */
export async function readFeatures(
  folder: string,
  key: ContentHash,
  length: number,
): Promise<Float32Array | null> {
  let file: Buffer;
  try {
    file = await readFile(cachePath(folder, key));
  } catch {
    return null;
  }
  if (file.byteLength !== digestBytes + 4 * length) return null;
  const body = file.subarray(digestBytes);
  if (sha256(body) !== file.subarray(0, digestBytes).toString('hex')) return null;
  return new Float32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength));
}

/** Writes an entry whole or not at all. */
export async function writeFeatures(folder: string, key: ContentHash, numbers: Float32Array): Promise<void> {
  const body = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const entry = Buffer.concat([Buffer.from(sha256(body), 'hex'), body]);
  await writeWhole(folder, cachePath(folder, key), entry);
}

/** Tells the size limit that an entry is in use. */
export async function keepFeatures(folder: string, key: ContentHash): Promise<void> {
  await markUsed(cachePath(folder, key));
}
