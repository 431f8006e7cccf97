import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { sha256, type ContentHash } from '../../base/hash.js';

/**
 * Reads `<cache>/payloads/<first two digits>/<hash>`. Null where the file is gone or its bytes have another hash.
 * @throws FeddymemError (bad-input) naming a file that is there but can't be read
 */
export async function readCachedPayload(cache: string, hash: ContentHash): Promise<Uint8Array | null> {
  const path = join(cache, 'payloads', hash.slice(0, 2), hash);
  try {
    const bytes = await readFile(path);
    return sha256(bytes) === hash ? bytes : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw badInput(
      `payload ${path} can't be read: ${messageOf(error)}`,
      'Remove the file and run the scenario again.',
      error,
    );
  }
}
