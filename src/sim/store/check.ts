import { readFile } from 'node:fs/promises';
import { sha256, type ContentHash } from '../../base/hash.js';
import { cacheFiles } from './cache-files.js';
import { cacheKinds, type CacheKind } from './cache-layout.js';
import { isWholeEntry } from './checked-entry.js';
import { decodeResult } from './result-store.js';
import { codeOf, removeFile } from './write-whole.js';

export interface CheckOutcome {
  readonly checked: number;
  /** Entries whose content is not what was written; deleted. */
  readonly damaged: number;
  /** Entries that can't be read, and damaged ones that can't be deleted. */
  readonly refused: number;
}

/** Reads every entry of these kinds, holds it against its checksum and deletes what is damaged. Their times of use stay. */
export async function checkCache(
  cacheFolder: string,
  kinds: readonly CacheKind[] = cacheKinds,
): Promise<Partial<Record<CacheKind, CheckOutcome>>> {
  const outcomes: Partial<Record<CacheKind, CheckOutcome>> = {};
  for (const kind of kinds) {
    let [checked, damaged, refused] = [0, 0, 0];
    const { entries } = await cacheFiles(cacheFolder, [kind]);
    for (const { path, key } of entries) {
      const verdict = await verdictOn(path, (file) => isWhole[kind](file, key));
      if (verdict === 'gone') continue;
      checked++;
      if (verdict === 'unreadable') refused++;
      if (verdict !== 'damaged') continue;
      if (await removeFile(path)) damaged++;
      else refused++;
    }
    outcomes[kind] = { checked, damaged, refused };
  }
  return outcomes;
}

const isWhole: Readonly<Record<CacheKind, (file: Buffer, key: ContentHash) => boolean>> = {
  features: (file) => isWholeEntry(file) && file.byteLength % Float32Array.BYTES_PER_ELEMENT === 0,
  fingerprints: isWholeEntry,
  payloads: (file, key) => sha256(file) === key,
  results: (file, key) => decodeResult(key, file.toString('utf8')) !== undefined,
};

async function verdictOn(
  path: string,
  whole: (file: Buffer) => boolean,
): Promise<'whole' | 'damaged' | 'gone' | 'unreadable'> {
  try {
    return whole(await readFile(path)) ? 'whole' : 'damaged';
  } catch (error) {
    // Another process may prune meanwhile.
    return codeOf(error) === 'ENOENT' ? 'gone' : 'unreadable';
  }
}
