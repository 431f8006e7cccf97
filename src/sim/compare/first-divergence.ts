import type { Json } from '../../base/hash.js';
import { fieldDifferences, type FieldDifference } from './field-differences.js';

/** Where two journals part. */
export interface Divergence {
  /** The line's position, from 0: its `sequence`. */
  readonly index: number;
  /** The line of each journal; null where that journal has ended. */
  readonly a: string | null;
  readonly b: string | null;
  /** What differs in the two lines; empty where one has ended. */
  readonly fields: readonly FieldDifference[];
}

/**
 * The first line in which two journals differ, null where they agree. `digest` is left out of the comparison: from
 * the divergence on it differs as a consequence.
 * @param a intact lines, each a JSON object
 */
export function firstDivergence(a: readonly string[], b: readonly string[]): Divergence | null {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    if (a[index] === b[index]) continue;
    const fields = fieldDifferences(withoutDigest(a[index]), withoutDigest(b[index]));
    if (fields.length > 0) return { index, a: a[index], b: b[index], fields };
  }
  if (a.length === b.length) return null;
  return { index: shared, a: a[shared] ?? null, b: b[shared] ?? null, fields: [] };
}

function withoutDigest(line: string): Json {
  const entry = JSON.parse(line) as Record<string, Json>;
  delete entry.digest;
  return entry;
}
