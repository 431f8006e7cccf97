import { utimesSync } from 'node:fs';
import type { ContentHash } from '../../base/hash.js';
import { wallClock } from '../../base/stopwatch.js';
import { beginSpan } from '../profile/spans.js';
import { entryPath } from '../store/cache-layout.js';
import { digestBytes, isWholeEntry, keepChecked, writeChecked } from '../store/checked-entry.js';
import { readInto } from '../store/read-into.js';

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
  if (entry.byteLength !== bytes) entry = Buffer.alloc(bytes);
  // A worker has nothing else to do meanwhile, so it waits for the disk.
  const path = cachePath(folder, key);
  const isWhole = readInto(path, entry) && isWholeEntry(entry);
  if (isWhole) sayUsed(path);
  end({ bytes });
  return isWhole ? new Float32Array(entry.buffer, entry.byteOffset + digestBytes, length) : null;
}

/** Writes an entry whole or not at all. */
export async function writeFeatures(folder: string, key: ContentHash, numbers: Float32Array): Promise<void> {
  const end = beginSpan('cache', 'write features');
  const body = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  await writeChecked(folder, 'features', key, body);
  end({ bytes: body.byteLength });
}

/** Tells the size limit that an entry is in use. @returns whether there is one */
export function keepFeatures(folder: string, key: ContentHash): Promise<boolean> {
  return keepChecked(folder, 'features', key);
}

/** Milliseconds for which a use of an entry speaks for the next ones: thousands are read, again and again. */
const usesTogether = 300_000;
/** When this thread last said that an entry is used. */
const saidAt = new Map<string, number>();

function sayUsed(path: string): void {
  const now = wallClock();
  if (now.getTime() - (saidAt.get(path) ?? -Infinity) < usesTogether) return;
  saidAt.set(path, now.getTime());
  try {
    utimesSync(path, now, now);
  } catch {
    // A cache that is only read stays as it is.
  }
}
