import { classifyFile, filesBelow } from './cache-files.js';
import { cacheKinds, type CacheKind } from './cache-layout.js';

export interface KindUsage {
  readonly entries: number;
  readonly bytes: number;
  /** When the least and the most recently used entry was last used; null without entries. */
  readonly oldestUse: Date | null;
  readonly newestUse: Date | null;
}

/** What the cache folder holds, by kind; `other` is what feddymem never deletes, and entries not yet written. */
export type CacheUsage = Readonly<Record<CacheKind | 'other', KindUsage>>;

/** Counts all files below the cache folder; zeros when there is none. */
export async function usage(cacheFolder: string): Promise<CacheUsage> {
  const counted: Record<CacheKind | 'other', KindUsage> = {
    features: nothing,
    fingerprints: nothing,
    payloads: nothing,
    results: nothing,
    other: nothing,
  };
  for (const file of await filesBelow(cacheFolder)) {
    const cacheFile = classifyFile(cacheFolder, file);
    const kind = cacheFile?.type === 'entry' ? cacheFile.kind : 'other';
    const use = new Date(file.usedAt);
    counted[kind] = sum(counted[kind], { entries: 1, bytes: file.bytes, oldestUse: use, newestUse: use });
  }
  return counted;
}

/** The kinds that the limit is about, together. */
export function totalUsage(counted: CacheUsage): KindUsage {
  return cacheKinds.map((kind) => counted[kind]).reduce(sum, nothing);
}

const nothing: KindUsage = { entries: 0, bytes: 0, oldestUse: null, newestUse: null };

function sum(a: KindUsage, b: KindUsage): KindUsage {
  return {
    entries: a.entries + b.entries,
    bytes: a.bytes + b.bytes,
    oldestUse: !a.oldestUse || (b.oldestUse && b.oldestUse < a.oldestUse) ? b.oldestUse : a.oldestUse,
    newestUse: !a.newestUse || (b.newestUse && b.newestUse > a.newestUse) ? b.newestUse : a.newestUse,
  };
}
