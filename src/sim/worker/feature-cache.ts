import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { threadId } from 'node:worker_threads';
import { badInput, messageOf } from '../../base/errors.js';
import { sha256, type ContentHash } from '../../base/hash.js';

/** An entry is the SHA-256 of its numbers, then the numbers: float32, little-endian. */
const digestBytes = 32;

/** The place of an entry: content-addressed by image bytes, weights and preprocessing. */
export function cachePath(folder: string, key: ContentHash): string {
  return join(folder, 'features', key.slice(0, 2), key);
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

/** Writes an entry whole or not at all: to a file of this thread's own, then renamed. */
export async function writeFeatures(folder: string, key: ContentHash, numbers: Float32Array): Promise<void> {
  const path = cachePath(folder, key);
  const body = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const temporary = `${path}.${process.pid}-${threadId}.tmp`;
  try {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(temporary, 'w');
    try {
      await file.write(Buffer.from(sha256(body), 'hex'));
      await file.write(body);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    throw badInput(
      `the feature cache ${folder} can't be written: ${messageOf(error)}`,
      'Make room, or point FEDDYMEM_CACHE to a folder that can be written.',
      error,
    );
  }
}
