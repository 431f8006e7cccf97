import { join } from 'node:path';
import { badInput, type FeddymemError } from '../../../base/errors.js';
import type { DatasetFolder } from './dataset-folder.js';
import type { DatasetReader } from './reader.js';

const deepest = 2;

/**
 * Where a published layout starts: at the set's folder itself, or in folders that its archive packs around it.
 * @param outer names of such folders
 * @returns a path from the set's folder, empty for itself; null when the layout is nowhere
 */
export async function layoutRoot(
  folder: DatasetFolder,
  outer: RegExp,
  startsAt: (path: string) => Promise<boolean>,
  at = '',
  depth = 0,
): Promise<string | null> {
  if (await startsAt(at)) return at;
  if (depth === deepest) return null;
  for (const name of await folder.folders(at)) {
    if (!outer.test(name)) continue;
    const found = await layoutRoot(folder, outer, startsAt, within(at, name), depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** A path below another, either of which may be empty. */
export function within(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('/');
}

/** What a reader says about a file or folder that its layout has and the user's folder lacks. */
export function missing(
  reader: Pick<DatasetReader, 'facts' | 'layout'>,
  folder: DatasetFolder,
  path: string,
  why?: string,
): FeddymemError {
  const title = reader.facts?.title ?? 'The set';
  return badInput(
    `${join(folder.root, path)} is missing${why === undefined ? '' : `: ${why}`}`,
    `${title} is laid out like this:\n${reader.layout}`,
  );
}

/**
 * The names of a folder's images.
 * @throws FeddymemError (bad-input) when there are none
 */
export async function requireImages(
  reader: Pick<DatasetReader, 'facts' | 'layout'>,
  folder: DatasetFolder,
  path: string,
): Promise<readonly string[]> {
  const names = await folder.images(path);
  if (names.length === 0) throw missing(reader, folder, path, 'there are no images');
  return names;
}
