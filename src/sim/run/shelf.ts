import type { ContentHash } from '../../base/hash.js';

/** Bytes in memory, and which of them may leave it. */
export interface Shelf {
  /** Undefined where they are not, or not any more. A look is a use. */
  get(hash: ContentHash): Uint8Array | undefined;
  put(hash: ContentHash, bytes: Uint8Array): void;
  /** They are on disk too. */
  isOnDisk(hash: ContentHash): void;
  /** What is on disk and was not used in the last steps leaves. */
  endStep(): void;
}

export interface ShelfOptions {
  /** Bytes; above, what was used longest ago leaves. The last one stays, whatever it weighs. */
  readonly budget: number;
  /** Whether also what is on no disk may leave, because it can be computed again. */
  readonly recomputable: boolean;
  /** Steps without use after which what is on disk leaves. */
  readonly rest: number;
}

interface Item {
  readonly bytes: Uint8Array;
  onDisk: boolean;
  /** The step of its last use. */
  usedAt: number;
}

export function createShelf({ budget, recomputable, rest }: ShelfOptions): Shelf {
  /** In the order of their last use. */
  const items = new Map<ContentHash, Item>();
  let total = 0;
  let step = 0;

  function use(hash: ContentHash, item: Item): void {
    item.usedAt = step;
    items.delete(hash);
    items.set(hash, item);
  }

  function remove(hash: ContentHash, { bytes }: Item): void {
    items.delete(hash);
    total -= bytes.byteLength;
  }

  return {
    get(hash) {
      const item = items.get(hash);
      if (item) use(hash, item);
      return item?.bytes;
    },
    put(hash, bytes) {
      const known = items.get(hash);
      if (!known) total += bytes.byteLength;
      use(hash, known ?? { bytes, onDisk: false, usedAt: step });
      if (total <= budget) return;
      // Some more than it must: not every one that comes has to look for one that goes.
      const goal = recomputable ? budget : 0.9 * budget;
      for (const [oldest, item] of items) {
        if (total <= goal || oldest === hash) break;
        if (recomputable || item.onDisk) remove(oldest, item);
      }
    },
    isOnDisk(hash) {
      const item = items.get(hash);
      if (item) item.onDisk = true;
    },
    endStep() {
      step++;
      for (const [hash, item] of items) {
        if (step - item.usedAt <= rest) break;
        if (item.onDisk) remove(hash, item);
      }
    },
  };
}
