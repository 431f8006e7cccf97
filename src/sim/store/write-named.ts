import { dirname } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { writeWhole } from './write-whole.js';

/**
 * Writes a file that the user has named, whole or not at all.
 * @param hint what to do where it can't be written
 * @throws FeddymemError (bad-input) naming it
 */
export async function writeNamed(path: string, text: string, hint: string): Promise<void> {
  try {
    await writeWhole(dirname(path), path, text);
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    throw badInput(`${path} can't be written: ${messageOf(cause)}`, hint, error);
  }
}
