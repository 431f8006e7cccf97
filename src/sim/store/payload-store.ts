import { rmSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Blob, BlobReference } from '../../base/blob.js';
import { sha256, type ContentHash } from '../../base/hash.js';
import { entryPath } from './cache-layout.js';
import { readInto } from './read-into.js';
import { codeOf, markUsed, removeFile, writeWhole } from './write-whole.js';

/** Blobs kept between runs, by content: `<cache>/payloads/ab/<sha256>`. */
export interface PayloadStore {
  /** Whether there is a file of that name; only reading tells whether it is whole. */
  has(hash: ContentHash): Promise<boolean>;
  /**
   * The bytes in shared memory, so that workers get them without a copy; null when missing or damaged. A damaged
   * file is deleted, so that the next write writes it anew.
   */
  read(reference: BlobReference): Promise<Uint8Array | null>;
  /** The same at once, for whoever can't wait; it sets no time of use. */
  readNow(reference: BlobReference): Uint8Array | null;
  /** Whether blobs of so many bytes are kept. */
  keeps(bytes: number): boolean;
  /** Keeps the blob, in place of a damaged file of its name, unless it is above the maximum: what is missing is computed again. */
  write(blob: Blob): Promise<void>;
}

export interface PayloadStoreOptions {
  /** Larger blobs are not kept; default 16 MiB. */
  readonly maximumBytes?: number;
}

export function createPayloadStore(cacheFolder: string, options: PayloadStoreOptions = {}): PayloadStore {
  const { maximumBytes = 16 * 1024 ** 2 } = options;
  const pathOf = (hash: ContentHash) => entryPath(cacheFolder, 'payloads', hash);
  return {
    async has(hash) {
      return (await fileBytes(pathOf(hash))) !== null;
    },
    async read({ hash, bytes }) {
      const path = pathOf(hash);
      const content = await readExactly(path, bytes);
      if (content === null) return null;
      if (content === 'damaged' || sha256(content) !== hash) {
        await removeFile(path);
        return null;
      }
      await markUsed(path);
      return content;
    },
    readNow({ hash, bytes }) {
      const path = pathOf(hash);
      const content = new Uint8Array(new SharedArrayBuffer(bytes));
      const isRead = readInto(path, content);
      if (isRead && sha256(content) === hash) return content;
      if (isRead || isOfAnotherLength(path, bytes)) removeNow(path);
      return null;
    },
    keeps: (bytes) => bytes <= maximumBytes,
    async write({ hash, bytes }) {
      if (bytes.byteLength > maximumBytes) return;
      const path = pathOf(hash);
      if (await holds(path, bytes)) await markUsed(path);
      else await writeWhole(cacheFolder, path, bytes);
    },
  };
}

/** Whether a file has these bytes: its length alone would leave a damaged one as it is. */
async function holds(path: string, bytes: Uint8Array): Promise<boolean> {
  if ((await fileBytes(path)) !== bytes.byteLength) return false;
  const content = await readExactly(path, bytes.byteLength);
  return content instanceof Uint8Array && Buffer.compare(content, bytes) === 0;
}

function isOfAnotherLength(path: string, bytes: number): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && found.size !== bytes;
}

function removeNow(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Another user's file stays.
  }
}

/** Length of a file; null when there is none. */
async function fileBytes(path: string): Promise<number | null> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
}

/** A file of a known length, in shared memory. The length is checked first: no damaged file fills the memory. */
async function readExactly(path: string, bytes: number): Promise<Uint8Array | 'damaged' | null> {
  let file;
  try {
    file = await open(path);
  } catch {
    return null;
  }
  try {
    if ((await file.stat()).size !== bytes) return 'damaged';
    const content = new Uint8Array(new SharedArrayBuffer(bytes));
    for (let at = 0; at < bytes;) {
      const { bytesRead } = await file.read(content, at, bytes - at, at);
      if (bytesRead === 0) return 'damaged';
      at += bytesRead;
    }
    return content;
  } catch (error) {
    // A device's read error is damage; anything else, such as a folder in the file's place, is just no entry.
    return codeOf(error) === 'EIO' ? 'damaged' : null;
  } finally {
    await file.close();
  }
}
