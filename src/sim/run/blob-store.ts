import type { Blob, BlobReference } from '../../base/blob.js';
import { invariant } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';

/** The bytes behind references, in shared memory: workers see them without a copy. */
export interface BlobStore {
  put(blob: Blob): BlobReference;
  get(reference: BlobReference): Uint8Array;
}

export function createBlobStore(): BlobStore {
  const blobs = new Map<ContentHash, Uint8Array>();
  return {
    put({ hash, bytes }) {
      if (!blobs.has(hash)) blobs.set(hash, bytes);
      return { hash, bytes: bytes.byteLength };
    },
    get({ hash }) {
      const bytes = blobs.get(hash);
      invariant(bytes !== undefined, `blob ${hash} is gone`);
      return bytes;
    },
  };
}
