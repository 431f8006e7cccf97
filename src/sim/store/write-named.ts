import { realpath, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { writeWhole } from './write-whole.js';

/**
 * Writes a file that the user has named, whole or not at all; missing folders are made.
 * @param hint what to do where it can't be written
 * @throws FeddymemError (bad-input) naming it
 */
export async function writeNamed(path: string, content: string | Uint8Array, hint: string): Promise<void> {
  // The file that a link stands for is replaced, not the link.
  const target = await realpath(path).catch(() => path);
  try {
    // Nothing can take the place of a device or a pipe.
    if (await isStream(target)) await writeFile(target, content);
    else await writeWhole(dirname(target), target, content);
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw badInput(`${path} can't be written: ${messageOf(cause)}`, hint, error);
  }
}

async function isStream(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => !found.isFile() && !found.isDirectory(),
    () => false,
  );
}
