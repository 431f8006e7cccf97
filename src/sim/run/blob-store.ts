import type { Blob, BlobReference } from '../../base/blob.js';
import { runFailed } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import type { PayloadStore } from '../store/payload-store.js';
import { createShelf } from './shelf.js';

/**
 * The bytes behind references, in shared memory: workers see them without a copy. What is on disk and nobody has used for
 * a while leaves memory, so that a run takes as much as its cohort, however long it is and however many clients there
 * are.
 */
export interface BlobStore {
  put(blob: Blob): BlobReference;
  /** From memory, or from disk if they had to leave it. @throws FeddymemError (run-failed) when they are in neither: `hold` first what may be */
  get(reference: BlobReference): Uint8Array;
  /** The same, for bytes that can be computed again where this says null. */
  find(reference: BlobReference): Promise<Uint8Array | null>;
  /** Whether they are in memory. */
  has(reference: BlobReference): boolean;
  /** These stay at hand, whatever the limits, until others are held. */
  hold(blobs: readonly Blob[]): void;
  /** Whether it is kept on disk, once it is written. */
  keeps(reference: BlobReference): boolean;
  /** Told at the end of every step: what rests may leave memory. */
  endStep(): void;
  /** Waits until everything put so far is on disk. @throws FeddymemError when it can't be written */
  flush(): Promise<void>;
}

export interface MemoryLimits {
  /** Blobs of so many bytes and more are large. */
  readonly large: number;
  /** Bytes of blobs above which those on disk leave memory. */
  readonly smallBudget: number;
  /** Bytes of large blobs, which can also be computed again. */
  readonly largeBudget: number;
  /** Steps without use after which a blob on disk leaves memory. */
  readonly rest: number;
}

const usualLimits: MemoryLimits = { large: 1 << 20, smallBudget: 1 << 29, largeBudget: 1 << 30, rest: 2 };

/** @param disk where blobs are kept beyond this run; left out: nowhere, and small ones stay in memory */
export function createBlobStore(disk?: PayloadStore, limits = usualLimits): BlobStore {
  const { smallBudget, largeBudget, rest } = limits;
  let held = new Map<ContentHash, Uint8Array>();
  const small = createShelf({ budget: disk ? smallBudget : Infinity, recomputable: false, rest });
  const large = createShelf({ budget: largeBudget, recomputable: true, rest });
  const shelfOf = (bytes: number) => (bytes < limits.large ? small : large);
  const writing = new Set<Promise<void>>();
  let failure: unknown;

  function write({ hash, bytes }: Blob, to: PayloadStore): void {
    const written = to
      .write({ hash, bytes })
      .then(() => {
        if (to.keeps(bytes.byteLength)) shelfOf(bytes.byteLength).isOnDisk(hash);
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => writing.delete(written));
    writing.add(written);
  }

  function remember(hash: ContentHash, bytes: Uint8Array): void {
    const shelf = shelfOf(bytes.byteLength);
    shelf.put(hash, bytes);
    shelf.isOnDisk(hash);
  }

  return {
    put({ hash, bytes }) {
      const shelf = shelfOf(bytes.byteLength);
      const known = shelf.get(hash) !== undefined;
      shelf.put(hash, bytes);
      if (disk && !known) write({ hash, bytes }, disk);
      return { hash, bytes: bytes.byteLength };
    },
    get(reference) {
      const { hash } = reference;
      const there = held.get(hash) ?? shelfOf(reference.bytes).get(hash);
      if (there) return there;
      const read = disk?.readNow(reference) ?? null;
      if (!read) {
        throw runFailed(
          `blob ${hash} is gone`,
          'It is neither in memory nor in the cache, which somebody may have cleared: start again, and what is left of it is taken.',
        );
      }
      remember(hash, read);
      return read;
    },
    async find(reference) {
      const { hash } = reference;
      const there = shelfOf(reference.bytes).get(hash);
      if (there) return there;
      const read = (await disk?.read(reference)) ?? null;
      if (read) remember(hash, read);
      return read;
    },
    has: ({ hash, bytes }) => shelfOf(bytes).get(hash) !== undefined,
    hold(blobs) {
      held = new Map(blobs.map(({ hash, bytes }) => [hash, bytes]));
    },
    keeps: ({ bytes }) => disk?.keeps(bytes) ?? false,
    endStep() {
      small.endStep();
      large.endStep();
    },
    async flush() {
      await Promise.all(writing);
      if (failure) throw failure as Error;
    },
  };
}
