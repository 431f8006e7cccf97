import type { ContentHash } from '../../base/hash.js';
import { beginSpan } from '../profile/spans.js';
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
  const end = beginSpan('cache', 'read and check features');
  const body = await readChecked(folder, 'features', key);
  end({ bytes: body?.byteLength ?? 0 });
  if (body?.byteLength !== Float32Array.BYTES_PER_ELEMENT * length) return null;
  // In place: an entry is megabytes, and its numbers lie where they can be viewed unless a reader aligns otherwise.
  const { buffer, byteOffset, byteLength } = body;
  return byteOffset % Float32Array.BYTES_PER_ELEMENT === 0
    ? new Float32Array(buffer, byteOffset, length)
    : new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
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
