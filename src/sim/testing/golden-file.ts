import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { goldenFormat, goldenSchema, type Golden } from './golden.js';

/** Null where there is no such file. @throws FeddymemError (bad-input) naming a file that is no golden file */
export async function readGolden(path: string): Promise<Golden | null> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw broken(path, messageOf(error), error);
  }
  return parseGolden(text, path);
}

/** @param path what to call the file in errors */
export function parseGolden(text: string, path: string): Golden {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw broken(path, `it is not JSON: ${messageOf(error)}`, error);
  }
  const parsed = goldenSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const format = (value as { format?: unknown } | null)?.format;
  if (typeof format === 'string' && format !== goldenFormat)
    throw broken(path, `its format is '${format}', this version reads '${goldenFormat}'`);
  const [{ path: field, message }] = parsed.error.issues;
  throw broken(path, `${field.map(String).join('.') || 'the whole'}: ${message}`);
}

function broken(path: string, reason: string, cause?: unknown) {
  return badInput(
    `golden file ${path} can't be read: ${reason}`,
    'Restore it from version control, or write it anew from this run with vitest -u.',
    cause,
  );
}

/** Readable differences between versions: a line a figure, a setting, an event; keys sorted below the top. */
export function formatGolden(golden: Golden): string {
  const { figures, settings, journal, platform, ...head } = golden;
  const field = (name: string, value: string) => `  ${JSON.stringify(name)}: ${value}`;
  const block = (name: string, items: readonly string[], [open, close]: string) =>
    field(name, items.length === 0 ? open + close : `${open}\n    ${items.join(',\n    ')}\n  ${close}`);
  const keyed = (fields: Readonly<Record<string, Json>>) =>
    Object.keys(fields)
      .sort()
      .map((key) => `${JSON.stringify(key)}: ${spaced(fields[key])}`);
  const events = journal.map((entry) => canonicalJson(entry));
  const { format, scenario, seed, engine, digest } = head;
  const blocks = [
    ...Object.entries({ format, scenario, seed, engine }).map(([name, value]) => field(name, spaced(value))),
    block('platform', keyed(platform), '{}'),
    field('digest', spaced(digest)),
    block('figures', figureLines(figures), '{}'),
    block('settings', keyed(settings), '{}'),
    block('journal', events, '[]'),
  ];
  return `{\n${blocks.join(',\n')}\n}\n`;
}

function figureLines(figures: Golden['figures']): string[] {
  return Object.keys(figures)
    .sort()
    .map((name) => {
      const { value, tolerance } = figures[name];
      return `${JSON.stringify(name)}: { "value": ${spaced(value)}, "tolerance": ${spaced(tolerance)} }`;
    });
}

/** Canonical JSON on one line, with spaces for a reader. */
function spaced(value: Json): string {
  if (value === null || typeof value !== 'object') return canonicalJson(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => spaced(item)).join(', ')}]`;
  const fields = value as Readonly<Record<string, Json>>;
  const items = Object.keys(fields)
    .sort()
    .map((key) => `${JSON.stringify(key)}: ${spaced(fields[key])}`);
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`;
}

/** Writes the file and the folders above it. @throws FeddymemError (bad-input) when it can't be written */
export async function writeGolden(path: string, golden: Golden): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, formatGolden(golden));
  } catch (error) {
    throw badInput(
      `golden file ${path} can't be written: ${messageOf(error)}`,
      'Its folder must be one that can be written.',
      error,
    );
  }
}
