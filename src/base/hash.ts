import { createHash } from 'node:crypto';

/** A SHA-256 content hash in lower-case hexadecimal. */
export type ContentHash = string;

/** Plain data whose canonical form has one spelling. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** SHA-256 of bytes or of UTF-8 text. */
export function sha256(data: Uint8Array | string): ContentHash {
  return createHash('sha256').update(data).digest('hex');
}

/**
 * JSON with sorted keys and no spaces, so that equal data has equal text. Keys whose value is undefined are left out.
 * @throws TypeError on a number that JSON can't hold, which would otherwise silently turn into null.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`not a JSON number: ${value}`);
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => canonicalJson(item)).join(',')}]`;
  const entries = Object.entries(value as Record<string, Json | undefined>)
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${entries.join(',')}}`;
}

/** Content hash of plain data. */
export function hashJson(value: Json): ContentHash {
  return sha256(canonicalJson(value));
}
