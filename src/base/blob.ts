import type { ContentHash } from './hash.js';

/** Bytes known by their content: what messages carry and states hold instead of the bytes themselves. */
export interface BlobReference {
  readonly hash: ContentHash;
  readonly bytes: number;
}

/** Named blobs: an actor's local state. */
export type BlobMap = Readonly<Record<string, BlobReference>>;

/** Bytes with their content hash. */
export interface Blob {
  readonly hash: ContentHash;
  readonly bytes: Uint8Array;
}
