import { lstatSync, type Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { cacheKinds, classify, type CacheFile, type CacheKind } from './cache-layout.js';
import { codeOf } from './write-whole.js';

/** A file on disk. */
export interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds since 1970: when it was last written or read. */
  readonly usedAt: number;
}

export type Stored<Kind extends CacheFile['type']> = StoredFile & Extract<CacheFile, { type: Kind }>;

/** Entries of these kinds and what their writers have under way. Nothing else in these folders is ours. */
export async function cacheFiles(
  cacheFolder: string,
  kinds: readonly CacheKind[] = cacheKinds,
): Promise<{ entries: Stored<'entry'>[]; temporaries: Stored<'temporary'>[] }> {
  const entries: Stored<'entry'>[] = [];
  const temporaries: Stored<'temporary'>[] = [];
  for (const kind of kinds) {
    for (const file of await filesBelow(join(cacheFolder, kind))) {
      const cacheFile = classifyFile(cacheFolder, file);
      if (cacheFile?.type === 'entry') entries.push({ ...file, ...cacheFile });
      if (cacheFile?.type === 'temporary') temporaries.push({ ...file, ...cacheFile });
    }
  }
  return { entries, temporaries };
}

export function classifyFile(cacheFolder: string, { path }: StoredFile): CacheFile | null {
  return classify(relative(cacheFolder, path).split(sep).join('/'));
}

/**
 * All regular files below a folder; none when there is no such folder. Links are not followed.
 * @throws bad input when the folder can't be read; folders below it that can't be are left out
 */
export async function filesBelow(folder: string): Promise<StoredFile[]> {
  const files: StoredFile[] = [];
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    for (const item of await itemsOf(next, next === folder)) {
      const path = join(next, item.name);
      if (item.isDirectory()) folders.push(path);
      if (!item.isFile()) continue;
      // Many small calls: a promise for each would take several times as long.
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found) files.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
  }
  return files;
}

async function itemsOf(folder: string, outermost: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (!outermost || ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return [];
    throw badInput(
      `the cache ${folder} can't be read: ${messageOf(error)}`,
      'Point FEDDYMEM_CACHE to a folder that can be read and written.',
      error,
    );
  }
}
