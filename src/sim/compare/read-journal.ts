import { readFile } from 'node:fs/promises';
import { badInput, messageOf } from '../../base/errors.js';
import { checkJournal, type CheckedJournal } from './journal-chain.js';

export type { CheckedJournal, JournalDamage, JournalLine } from './journal-chain.js';

/**
 * Reads a journal up to its first damaged line, which is reported and not thrown: a run that was cut off leaves one.
 * @throws FeddymemError (bad-input) naming a file that can't be read
 */
export async function readJournal(path: string): Promise<CheckedJournal> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw badInput(
      `journal ${path} can't be read: ${messageOf(error)}`,
      'Give the folder of a run, or its journal.jsonl.',
      error,
    );
  }
  return checkJournal(splitLines(bytes));
}

const lineFeed = 0x0a;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Lines of UTF-8 text, null for one that is not. Only a line feed ends a line: others occur inside JSON text. */
function* splitLines(bytes: Uint8Array): Generator<string | null> {
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(lineFeed, start);
    const end = found < 0 ? bytes.length : found;
    yield decodeOrNull(bytes.subarray(start, end));
    start = end + 1;
  }
}

function decodeOrNull(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}
