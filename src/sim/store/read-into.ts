import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/**
 * Fills a block from a file of exactly its length, at once: for whoever can't wait, and has nothing else to do.
 * @returns whether there was such a file, and it could be read
 */
export function readInto(path: string, block: Uint8Array): boolean {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return false;
  }
  try {
    if (fstatSync(file).size !== block.byteLength) return false;
    for (let at = 0; at < block.byteLength;) {
      const read = readSync(file, block, at, block.byteLength - at, at);
      if (read === 0) return false;
      at += read;
    }
    return true;
  } catch {
    return false;
  } finally {
    closeSync(file);
  }
}
