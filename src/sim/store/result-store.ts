import { readFile } from 'node:fs/promises';
import { canonicalJson, hashJson, type ContentHash, type Json } from '../../base/hash.js';
import { entryPath } from './cache-layout.js';
import { markUsed, writeWhole } from './write-whole.js';

/** Results of pure jobs kept between runs, by the hash of all that the job depends on: `<cache>/results/ab/<key>.json`. */
export interface ResultStore {
  /** What was written under the key; null when missing, cut short, edited or another key's. */
  read(key: ContentHash): Promise<Json | null>;
  /** @throws TypeError on a number that JSON can't hold */
  write(key: ContentHash, value: Json): Promise<void>;
}

export function createResultStore(cacheFolder: string): ResultStore {
  const pathOf = (key: ContentHash) => entryPath(cacheFolder, 'results', key);
  return {
    async read(key) {
      const path = pathOf(key);
      const text = await readFile(path, 'utf8').catch(() => null);
      const value = text === null ? undefined : decodeResult(key, text);
      if (value === undefined) return null;
      await markUsed(path);
      return value;
    },
    async write(key, value) {
      await writeWhole(cacheFolder, pathOf(key), encodeResult(key, value));
    },
  };
}

/** An entry's text: the canonical JSON of the key, the value and the SHA-256 of both. */
export function encodeResult(key: ContentHash, value: Json): string {
  return canonicalJson({ key, sha256: hashJson({ key, value }), value });
}

/** The value of an entry; undefined unless its text is, byte by byte, what was written under the key. */
export function decodeResult(key: ContentHash, text: string): Json | undefined {
  try {
    const { value } = JSON.parse(text) as { value: Json };
    return encodeResult(key, value) === text ? value : undefined;
  } catch {
    return undefined;
  }
}
