import { createJournal } from '../../actors/journal.js';
import { sha256, type ContentHash, type Json } from '../../base/hash.js';

/** An intact line of a journal: its text, without the line break, and what it says. */
export interface JournalLine {
  readonly text: string;
  readonly entry: Readonly<Record<string, Json>>;
}

/** Where a journal stops being what a run wrote. */
export interface JournalDamage {
  /** The first line that is not intact, from 1. */
  readonly line: number;
  readonly reason: string;
}

/** A journal's intact beginning. */
export interface CheckedJournal {
  readonly lines: readonly JournalLine[];
  readonly damaged: JournalDamage | null;
  /** The running digest over `lines`, all 64 digits: `journalDigest` of a whole run. */
  readonly digest: ContentHash;
}

const digestField = /,"digest":"([0-9a-f]{16})"\}$/;

/** Follows numbering and running digest from the first line up to one that breaks them. Null is an unreadable line. */
export function checkJournal(texts: Iterable<string | null>): CheckedJournal {
  const lines: JournalLine[] = [];
  let digest = createJournal([]).digest();
  for (const text of texts) {
    const checked = checkLine(text, lines.length, digest);
    if (typeof checked === 'string')
      return { lines, damaged: { line: lines.length + 1, reason: checked }, digest };
    lines.push(checked.line);
    digest = checked.digest;
  }
  return { lines, damaged: null, digest };
}

/**
 * The running digest after a line, null where the digits at the line's end are not its beginning.
 * @param before the running digest before the line, all 64 digits
 */
export function followDigest(before: ContentHash, text: string): ContentHash | null {
  const field = digestField.exec(text);
  if (!field) return null;
  const after = sha256(`${before}${text.slice(0, field.index)}}`);
  return after.startsWith(field[1]) ? after : null;
}

/** The line and the digest after it, or what is wrong with it. */
function checkLine(
  text: string | null,
  sequence: number,
  before: ContentHash,
): { line: JournalLine; digest: ContentHash } | string {
  if (text === null) return 'it is not UTF-8 text';
  const entry = parseObject(text);
  if (!entry) return 'it is not a whole JSON object';
  if (entry.sequence !== sequence)
    return `its sequence is ${JSON.stringify(entry.sequence) ?? 'missing'} where ${sequence} is due`;
  const digest = followDigest(before, text);
  if (digest === null)
    return sequence === 0
      ? 'its digest does not fit: it is damaged, or another version wrote it'
      : 'its running digest does not follow from the lines before it';
  return { line: { text, entry }, digest };
}

function parseObject(text: string): Record<string, Json> | null {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, Json>)
      : null;
  } catch {
    return null;
  }
}
