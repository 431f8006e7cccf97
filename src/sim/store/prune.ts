import { lstatSync } from 'node:fs';
import { wallClock } from '../../base/stopwatch.js';
import { cacheFiles, type Stored } from './cache-files.js';
import { cacheKinds, type CacheKind } from './cache-layout.js';
import { isRunning } from './is-running.js';
import { inUseSince } from './runs-under-way.js';
import { cacheLimit } from './size-limit.js';
import { removeFile } from './write-whole.js';

export interface PruneOutcome {
  readonly deletedEntries: number;
  readonly deletedBytes: number;
  /** What dead writers had left behind, deleted too. */
  readonly leftovers: number;
  readonly keptEntries: number;
  readonly keptBytes: number;
  /** Entries that had to go and may not be deleted, such as another user's; they count as kept. */
  readonly refused: number;
}

/**
 * Deletes leftovers of dead writers, then the least recently used entries of these kinds, until those that are left
 * hold at most `limitBytes`. Several processes may prune at once: all take the same order, and a file that is
 * already gone counts as deleted.
 * @param keptFrom what was used from this time on stays, whatever the limit; milliseconds since 1970
 */
export async function prune(
  cacheFolder: string,
  limitBytes: number,
  kinds: readonly CacheKind[] = cacheKinds,
  keptFrom = Infinity,
): Promise<PruneOutcome> {
  const { entries, temporaries } = await cacheFiles(cacheFolder, kinds);
  let leftovers = 0;
  for (const temporary of temporaries)
    if (isLeftover(temporary) && (await removeFile(temporary.path))) leftovers++;

  let keptBytes = entries.reduce((total, { bytes }) => total + bytes, 0);
  let deletedEntries = 0;
  let deletedBytes = 0;
  let refused = 0;
  for (const { path, bytes, usedAt } of keptBytes > limitBytes ? entries.sort(leastRecentlyUsedFirst) : []) {
    if (keptBytes <= limitBytes || usedAt >= keptFrom) break;
    // A run that has begun since the entries were listed may count on it by now.
    if (isUsedSince(path, usedAt)) continue;
    if (!(await removeFile(path))) {
      refused++;
      continue;
    }
    keptBytes -= bytes;
    deletedBytes += bytes;
    deletedEntries++;
  }
  const keptEntries = entries.length - deletedEntries;
  return { deletedEntries, deletedBytes, leftovers, keptEntries, keptBytes, refused };
}

/**
 * Brings the cache under its limit at the end of a run, but for what other runs may still need; one look at every entry's
 * size when it already is.
 */
export async function enforceLimit(cacheFolder: string, limitBytes = cacheLimit()): Promise<PruneOutcome> {
  return prune(cacheFolder, limitBytes, cacheKinds, await inUseSince(cacheFolder));
}

function isUsedSince(path: string, usedAt: number): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.mtimeMs !== usedAt;
}

/** By path where the clock can't tell, so that every process takes the same order. */
function leastRecentlyUsedFirst(a: Stored<'entry'>, b: Stored<'entry'>): number {
  return a.usedAt - b.usedAt || (a.path < b.path ? -1 : 1);
}

const millisecondsPerDay = 86_400_000;

/** Process numbers are used again, and other machines have their own: nobody writes an entry for a whole day. */
function isLeftover({ process: writer, usedAt }: Stored<'temporary'>): boolean {
  return !isRunning(writer) || wallClock().getTime() - usedAt > millisecondsPerDay;
}
