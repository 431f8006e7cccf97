import { mkdir, open, rename, rm, utimes, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { threadId } from 'node:worker_threads';
import { badInput, messageOf } from '../../base/errors.js';
import { wallClock } from '../../base/stopwatch.js';

let writes = 0;

/**
 * Writes a cache entry whole or not at all: to a file of this write's own, then renamed. After a power cut a file
 * may still be short or empty; its checksum tells.
 * @throws bad input that names the cache folder when it is full or can't be written
 */
export async function writeWhole(cacheFolder: string, path: string, body: Uint8Array | string) {
  try {
    await writeOnce(path, body).catch((error: unknown) => {
      // Somebody cleared the cache under this write.
      if (codeOf(error) !== 'ENOENT') throw error;
      return writeOnce(path, body);
    });
  } catch (error) {
    throw badInput(
      `the cache ${cacheFolder} can't be written: ${messageOf(error)}`,
      'Make room, or point FEDDYMEM_CACHE to a folder that can be written.',
      error,
    );
  }
}

async function writeOnce(path: string, body: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}-${threadId}-${++writes}.tmp`;
  try {
    const file = await openNew(temporary);
    try {
      await file.writeFile(body);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await removeFile(temporary);
    throw error;
  }
}

/** Most entries come into folders that are there already: asking each time takes as long as opening the file. */
async function openNew(path: string): Promise<FileHandle> {
  return open(path, 'w').catch(async (error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error;
    await mkdir(dirname(path), { recursive: true });
    return open(path, 'w');
  });
}

/**
 * Sets an entry's time of last use, by which the least recently used go first. A cache that is only read stays as it is.
 * @returns whether the entry is there
 */
export async function markUsed(path: string): Promise<boolean> {
  const now = wallClock();
  return utimes(path, now, now).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
}

/** Whether the file is gone, by this call or another process; false when it may not be deleted. */
export async function removeFile(path: string): Promise<boolean> {
  return rm(path, { force: true }).then(
    () => true,
    () => false,
  );
}

/** The system's code of an error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}
