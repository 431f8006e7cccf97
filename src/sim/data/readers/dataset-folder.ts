import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, messageOf } from '../../../base/errors.js';

/** Formats that `decodeImage` reads. */
const imageExtensions = /\.(png|jpe?g|bmp|tiff?|webp|gif)$/i;

/** A folder as readers see it: names in code-unit order, paths with `/` from its root, every listing read once. */
export interface DatasetFolder {
  readonly root: string;
  /** Names of the folders in a folder; none when it does not exist. */
  folders(path?: string): Promise<readonly string[]>;
  /** Names of the files in a folder; none when it does not exist. */
  files(path?: string): Promise<readonly string[]>;
  /** Names of the image files in a folder. */
  images(path?: string): Promise<readonly string[]>;
  has(path: string): Promise<boolean>;
  /** @throws FeddymemError (bad-input) when it can't be read */
  bytes(path: string): Promise<Uint8Array>;
}

export function datasetFolder(root: string): DatasetFolder {
  const listings = new Map<string, Promise<Listing>>();
  const list = (path: string) => {
    const known = listings.get(path) ?? listingOf(join(root, path));
    listings.set(path, known);
    return known;
  };
  return {
    root,
    folders: async (path = '') => (await list(path)).folders,
    files: async (path = '') => (await list(path)).files,
    images: async (path = '') => (await list(path)).files.filter((name) => imageExtensions.test(name)),
    has: (path) =>
      stat(join(root, path)).then(
        () => true,
        () => false,
      ),
    async bytes(path) {
      try {
        return await readFile(join(root, path));
      } catch (error) {
        throw badInput(
          `${join(root, path)} can't be read: ${messageOf(error)}`,
          'Check that the file exists and is readable.',
          error,
        );
      }
    },
  };
}

interface Listing {
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

async function listingOf(path: string): Promise<Listing> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => []);
  const folders: string[] = [];
  const files: string[] = [];
  for (const entry of entries) {
    // What unpacking leaves behind on a Mac looks like images, and is none.
    if (entry.name.startsWith('.') || entry.name === '__MACOSX') continue;
    const kind = entry.isSymbolicLink() ? await stat(join(path, entry.name)).catch(() => entry) : entry;
    if (kind.isDirectory()) folders.push(entry.name);
    else if (kind.isFile()) files.push(entry.name);
  }
  return { folders: folders.sort(), files: files.sort() };
}
