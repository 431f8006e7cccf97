import type { ContentHash } from '../../base/hash.js';
import { entryPath } from '../store/cache-layout.js';
import { keepChecked, readChecked, writeChecked } from '../store/checked-entry.js';

/** The place of an entry: content-addressed by image bytes, weights and preprocessing. */
export function cachePath(folder: string, key: ContentHash): string {
  return entryPath(folder, 'features', key);
}

/** The entry's numbers, or null when there is none or it is damaged: float32, little-endian. */
export async function readFeatures(
  folder: string,
  key: ContentHash,
  length: number,
): Promise<Float32Array | null> {
  const body = await readChecked(folder, 'features', key);
  if (body?.byteLength !== Float32Array.BYTES_PER_ELEMENT * length) return null;
  return new Float32Array(body.buffer.slice(body.byteOffset, body.byteOffset + body.byteLength));
}

/** Writes an entry whole or not at all. */
export async function writeFeatures(folder: string, key: ContentHash, numbers: Float32Array): Promise<void> {
  const body = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  await writeChecked(folder, 'features', key, body);
}

/** Tells the size limit that an entry is in use. */
export async function keepFeatures(folder: string, key: ContentHash): Promise<void> {
  await keepChecked(folder, 'features', key);
}
