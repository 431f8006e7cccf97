import fc from 'fast-check';
import { createJournal } from '../../../src/actors/journal.js';
import { canonicalJson, sha256, type Json } from '../../../src/base/hash.js';
import type { Divergence } from '../../../src/sim/compare/first-divergence.js';

export type Entry = Record<string, Json>;

/** Journal lines of any entries, numbered and chained as the journal's own. */
export function journalLines(entries: readonly Entry[]): string[] {
  let digest = createJournal([]).digest();
  return entries.map((entry, sequence) => {
    const body = canonicalJson({ ...entry, sequence });
    digest = sha256(digest + body);
    return `${body.slice(0, -1)},"digest":"${digest.slice(0, 16)}"}`;
  });
}

export const fileOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join('');

const name = fc.oneof(
  fc.constantFrom('payload', 'figures', 'time', 'kind', 'local', 'constructor', 'a.b', 'ß\u2028'),
  fc.string({ minLength: 1, maxLength: 4 }),
);
const leaf = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constant(null),
  fc.boolean(),
);
const keys = name.filter((key) => !['digest', 'sequence', '__proto__'].includes(key));

/** A journal entry with leaves one or two levels deep. */
export const entry: fc.Arbitrary<Entry> = fc.dictionary(
  keys,
  fc.oneof(
    leaf,
    fc.dictionary(keys, leaf, { maxKeys: 3, noNullPrototype: true }),
    fc.array(leaf, { maxLength: 3 }),
  ),
  { maxKeys: 5, noNullPrototype: true },
);

/** A divergence between two entries, as their journals would have it at `index`. */
export function divergenceOf(index: number, a: Entry, b: Entry, fields: Divergence['fields']): Divergence {
  return { index, a: canonicalJson(a), b: canonicalJson(b), fields };
}
