import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { ContentHash } from '../../base/hash.js';
import { beginSpan } from '../profile/spans.js';
import { entryPath } from '../store/cache-layout.js';
import { digestBytes, isWholeEntry, keepChecked, writeChecked } from '../store/checked-entry.js';

/** The place of an entry: content-addressed by image bytes, weights and preprocessing. */
export function cachePath(folder: string, key: ContentHash): string {
  return entryPath(folder, 'features', key);
}

/** What entries are read into: thousands of megabytes pass through here in a run, one after another. */
let entry = Buffer.alloc(0);

/**
 * The entry's numbers, or null when there is none or it is damaged: float32, little-endian. They hold until this thread
 * reads the next entry.
 */
export function readFeatures(folder: string, key: ContentHash, length: number): Float32Array | null {
  const end = beginSpan('cache', 'read and check features');
  const bytes = digestBytes + Float32Array.BYTES_PER_ELEMENT * length;
  const isWhole = readEntry(cachePath(folder, key), bytes) && isWholeEntry(entry);
  end({ bytes });
  return isWhole ? new Float32Array(entry.buffer, entry.byteOffset + digestBytes, length) : null;
}

/** Whether there was a file of that length. A worker has nothing else to do meanwhile, so it waits for the disk. */
function readEntry(path: string, bytes: number): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    if (fstatSync(file).size !== bytes) return false;
    if (entry.byteLength !== bytes) entry = Buffer.alloc(bytes);
    for (let at = 0; at < bytes;) {
      const read = readSync(file, entry, at, bytes - at, at);
      if (read === 0) return false;
      at += read;
    }
    return true;
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}

/** Writes an entry whole or not at all. */
export async function writeFeatures(folder: string, key: ContentHash, numbers: Float32Array): Promise<void> {
  const end = beginSpan('cache', 'write features');
  const body = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  await writeChecked(folder, 'features', key, body);
  end({ bytes: body.byteLength });
}

/** Tells the size limit that an entry is in use. */
export async function keepFeatures(folder: string, key: ContentHash): Promise<void> {
  await keepChecked(folder, 'features', key);
}
