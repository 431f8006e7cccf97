import { canonicalJson, type Json } from '../../base/hash.js';

type Entry = Record<string, Json>;

const hashFields = ['payload', 'setup', 'made', 'broadcast', 'checksum', 'local'];

/** A journal line as a golden file keeps it: no number and no digest of its own, hashes by their first 16 digits. */
export function compactLine(line: string): string {
  const { sequence: _sequence, digest: _digest, ...entry } = JSON.parse(line) as Entry;
  return canonicalJson(withHashes(entry, (hash) => hash.slice(0, 16)));
}

/**
 * What of a compact line is the same wherever a scenario runs: who, what, when, how many bytes. Of payloads it says
 * only that they are there, of figures nothing.
 */
export function shapeOfLine(line: string): string {
  const { figures: _figures, ...entry } = JSON.parse(line) as Entry;
  return canonicalJson(withHashes(entry, () => 'there'));
}

function withHashes(entry: Entry, change: (hash: string) => string): Entry {
  const changed = (value: Json): Json => {
    if (typeof value === 'string') return change(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, hash]) => [name, changed(hash as Json)]));
  };
  const present = hashFields.filter((field) => Object.hasOwn(entry, field));
  return { ...entry, ...Object.fromEntries(present.map((field) => [field, changed(entry[field])])) };
}
