import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wallClock } from '../../base/stopwatch.js';
import { markUsed, removeFile } from './write-whole.js';

/**
 * Who uses a cache now: an empty file a run, `<cache>/running/<process>-<n>-<start>`, with its start in milliseconds.
 * What a run has used it may need again at its end, hours later, so whoever prunes leaves it.
 */
const folderName = 'running';
const pattern = /^\d+-\d+-(\d+)$/;

const minute = 60_000;
/** A run that has not said so for longer is no more: it was killed, on whatever machine. */
const silence = 30 * minute;
/** File servers' clocks differ from this machine's. */
const margin = minute;

let runs = 0;

/**
 * Tells everybody who prunes that a run begins to use the cache.
 * @returns says that it has ended
 */
export async function beginUse(cacheFolder: string): Promise<() => Promise<void>> {
  const folder = join(cacheFolder, folderName);
  const path = join(folder, `${process.pid}-${++runs}-${wallClock().getTime()}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, '');
  } catch {
    // Who can't write can read nevertheless.
    return () => Promise.resolve();
  }
  const beat = setInterval(() => void markUsed(path), minute).unref();
  return async () => {
    clearInterval(beat);
    await removeFile(path);
  };
}

/** Milliseconds since 1970 from which on uses may be of a run that has not ended; Infinity: there is none. */
export async function inUseSince(cacheFolder: string): Promise<number> {
  const folder = join(cacheFolder, folderName);
  const now = wallClock().getTime();
  let oldest = Infinity;
  for (const name of await readdir(folder).catch(() => [])) {
    const start = pattern.exec(name)?.[1];
    if (start === undefined) continue;
    const path = join(folder, name);
    const heard = await stat(path).catch(() => null);
    if (!heard) continue;
    if (now - heard.mtimeMs > silence) await removeFile(path);
    else oldest = Math.min(oldest, Number(start) - margin);
  }
  return oldest;
}
