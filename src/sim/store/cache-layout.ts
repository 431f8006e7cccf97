import { join } from 'node:path';
import { invariant } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';

/** What the cache holds: features and fingerprints of images, payloads of messages and states, results of pure jobs. */
export const cacheKinds = ['features', 'fingerprints', 'payloads', 'results'] as const;
export type CacheKind = (typeof cacheKinds)[number];

const extensions: Readonly<Record<CacheKind, string>> = {
  features: '',
  fingerprints: '',
  payloads: '',
  results: '.json',
};

/** The place of an entry: `<cache>/<kind>/ab/<key>`, where ab starts the key. */
export function entryPath(cacheFolder: string, kind: CacheKind, key: ContentHash): string {
  invariant(/^[0-9a-f]{64}$/.test(key), `${key} is not a content hash`);
  return join(cacheFolder, kind, key.slice(0, 2), key + extensions[kind]);
}

/** What a file is by its path below the cache folder; null for what this package did not put there. */
export type CacheFile =
  | { readonly type: 'entry'; readonly kind: CacheKind; readonly key: ContentHash }
  /** An entry while it is written, and the process that writes it. */
  | { readonly type: 'temporary'; readonly kind: CacheKind; readonly process: number };

const pattern = new RegExp(
  String.raw`^(${cacheKinds.join('|')})/([0-9a-f]{2})/(\2[0-9a-f]{62})(\.json)?(?:\.(\d+)-\d+(?:-\d+)?\.tmp)?$`,
);

/** @param path relative to the cache folder, with forward slashes */
export function classify(path: string): CacheFile | null {
  const match = pattern.exec(path);
  if (!match) return null;
  const [, name, , key, extension = '', writer] = match;
  const kind = name as CacheKind;
  if (extension !== extensions[kind]) return null;
  return writer === undefined
    ? { type: 'entry', kind, key }
    : { type: 'temporary', kind, process: Number(writer) };
}
