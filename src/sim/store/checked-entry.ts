import { readFile } from 'node:fs/promises';
import { sha256, type ContentHash } from '../../base/hash.js';
import { entryPath, type CacheKind } from './cache-layout.js';
import { markUsed, writeWhole } from './write-whole.js';

/** A checked entry is the SHA-256 of its bytes, then the bytes. */
export const digestBytes = 32;

/** The bytes of an entry, or null when there is none or it is damaged. */
export async function readChecked(folder: string, kind: CacheKind, key: ContentHash): Promise<Buffer | null> {
  let file: Buffer;
  try {
    file = await readFile(entryPath(folder, kind, key));
  } catch {
    return null;
  }
  return isWholeEntry(file) ? file.subarray(digestBytes) : null;
}

export function isWholeEntry(file: Buffer): boolean {
  return (
    file.byteLength > digestBytes &&
    sha256(file.subarray(digestBytes)) === file.subarray(0, digestBytes).toString('hex')
  );
}

/** Writes an entry whole or not at all. */
export async function writeChecked(
  folder: string,
  kind: CacheKind,
  key: ContentHash,
  bytes: Uint8Array,
): Promise<void> {
  const entry = Buffer.concat([Buffer.from(sha256(bytes), 'hex'), bytes]);
  await writeWhole(folder, entryPath(folder, kind, key), entry);
}

/** Tells the size limit that an entry is in use. @returns whether there is one */
export function keepChecked(folder: string, kind: CacheKind, key: ContentHash): Promise<boolean> {
  return markUsed(entryPath(folder, kind, key));
}
