import * as crypto from 'node:crypto';

/** A SHA-256 content hash in lower-case hexadecimal. */
export type ContentHash = string;

/** Plain data whose canonical form has one spelling. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/** SHA-256 of bytes or of UTF-8 text. */
export const sha256: (data: Uint8Array | string) => ContentHash =
  // In one call, it takes half the time; Node has it from 20.12 on.
  typeof crypto.hash === 'function'
    ? (data) => crypto.hash('sha256', data, 'hex')
    : (data) => crypto.createHash('sha256').update(data).digest('hex');

/**
 * JSON with sorted keys and no spaces, so that equal data has equal text. Keys whose value is undefined are left out.
 * @throws TypeError on a number that JSON can't hold, which would otherwise silently turn into null.
 */
export function canonicalJson(value: Json): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`not a JSON number: ${value}`);
    return String(value);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`;
  let text = '{';
  for (const key of Object.keys(value).sort()) {
    const item = value[key];
    if (item === undefined) continue;
    text += `${text.length > 1 ? ',' : ''}${quoted(key)}:${canonicalJson(item)}`;
  }
  return `${text}}`;
}

/** Printable ASCII without quote and backslash is its own JSON: most of what a journal says. */
const plain = /^[ !#-[\]-~]*$/;

function quoted(text: string): string {
  return plain.test(text) ? `"${text}"` : JSON.stringify(text);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

/** Content hash of plain data. */
export function hashJson(value: Json): ContentHash {
  return sha256(canonicalJson(value));
}
