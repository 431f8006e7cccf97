import type { Blob, BlobReference } from '../../base/blob.js';
import { invariant } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import type { PayloadStore } from '../store/payload-store.js';

/** The bytes behind references, in shared memory: workers see them without a copy. */
export interface BlobStore {
  put(blob: Blob): BlobReference;
  /** Of messages, which stay in memory. @throws when they are not there */
  get(reference: BlobReference): Uint8Array;
  /** From memory or from disk; null when they are gone, and have to be computed again. */
  find(reference: BlobReference): Promise<Uint8Array | null>;
  /** Waits until everything put so far is on disk. @throws FeddymemError when it can't be written */
  flush(): Promise<void>;
}

/** Blobs from here on may leave memory; all smaller ones stay. */
const largeBytes = 1 << 20;
const largeBudget = 1 << 30;

/** @param disk where blobs are kept beyond this run; left out: nowhere */
export function createBlobStore(disk?: PayloadStore): BlobStore {
  const small = new Map<ContentHash, Uint8Array>();
  /** In the order of their last use. */
  const large = new Map<ContentHash, Uint8Array>();
  let largeTotal = 0;
  const writing = new Set<Promise<void>>();
  let failure: unknown;

  function remember(hash: ContentHash, bytes: Uint8Array): void {
    if (bytes.byteLength < largeBytes) {
      small.set(hash, bytes);
      return;
    }
    if (!large.has(hash)) largeTotal += bytes.byteLength;
    large.delete(hash);
    large.set(hash, bytes);
    for (const [oldest, { byteLength }] of large) {
      if (largeTotal <= largeBudget || oldest === hash) break;
      large.delete(oldest);
      largeTotal -= byteLength;
    }
  }

  return {
    put({ hash, bytes }) {
      const known = small.has(hash) || large.has(hash);
      remember(hash, bytes);
      if (disk && !known) {
        const write = disk
          .write({ hash, bytes })
          .catch((error: unknown) => {
            failure ??= error;
          })
          .finally(() => writing.delete(write));
        writing.add(write);
      }
      return { hash, bytes: bytes.byteLength };
    },
    get({ hash }) {
      const bytes = small.get(hash) ?? large.get(hash);
      invariant(bytes !== undefined, `blob ${hash} is gone`);
      return bytes;
    },
    async find(reference) {
      const { hash } = reference;
      const bytes = small.get(hash) ?? large.get(hash) ?? (await disk?.read(reference));
      if (!bytes) return null;
      remember(hash, bytes);
      return bytes;
    },
    async flush() {
      await Promise.all(writing);
      if (failure) throw failure as Error;
    },
  };
}
