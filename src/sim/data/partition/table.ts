import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { badInput, messageOf } from '../../../base/errors.js';
import type { ImageRecord } from '../image.js';
import type { Column } from './natural.js';
import type { PartitionSettings } from './schema.js';

type ColumnSettings = Pick<Extract<PartitionSettings, { by: 'column' }>, 'key' | 'column'>;

/**
 * Reads who holds what from a CSV file with a header.
 * @throws FeddymemError (bad-input) when it can't be read, is no CSV, lacks a column, or contradicts itself
 */
export async function readPartitionTable(path: string, settings: ColumnSettings): Promise<Column> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badInput(
      `data.partition.file ${path} can't be read: ${messageOf(error)}`,
      'Its path starts where those of data.sets do.',
      error,
    );
  }
  return parsePartitionTable(text, path, settings);
}

/**
 * Looks an image up by its id, then by the ends of its path and its id, longest first, down to the file name. The result
 * throws when one row fits two images: it would put them together without anybody having said so.
 */
export function parsePartitionTable(text: string, file: string, settings: ColumnSettings): Column {
  const entries = entriesOf(text, file, settings);
  const usedBy = new Map<string, string>();
  return (image) => {
    const key = namesOf(image).find((name) => entries.has(name));
    if (key === undefined) return undefined;
    const first = usedBy.get(key) ?? image.id;
    usedBy.set(key, first);
    if (first !== image.id) {
      throw badInput(
        `${file}: the row whose ${settings.key} is ${key} fits both ${first} and ${image.id}`,
        `Write more of the path into column ${settings.key}.`,
      );
    }
    return entries.get(key);
  };
}

function entriesOf(text: string, file: string, { key, column }: ColumnSettings): Map<string, string> {
  const [header = [], ...rows] = parsedRows(text, file);
  const [keyAt, columnAt] = [key, column].map((name) => {
    const at = header.indexOf(name);
    if (at >= 0) return at;
    throw badInput(
      `${file} has no column ${name}`,
      `Its columns are ${header.join(', ') || 'none'}; set data.partition.${name === key ? 'key' : 'column'} to one of them.`,
    );
  });
  const entries = new Map<string, string>();
  for (const row of rows) {
    const name = normalised(row[keyAt]);
    const known = entries.get(name);
    if (known !== undefined && known !== row[columnAt]) {
      throw badInput(
        `${file} puts ${name} into both ${known} and ${row[columnAt]}`,
        `Keep one row for each ${key}.`,
      );
    }
    entries.set(name, row[columnAt]);
  }
  return entries;
}

function parsedRows(text: string, file: string): string[][] {
  try {
    return parse(text, { bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw badInput(
      `${file} is not a CSV file: ${messageOf(error)}`,
      'It needs a header and, in every row, as many values separated by commas.',
      error,
    );
  }
}

/** What a table may call an image, the most precise first. */
function namesOf({ id, location }: ImageRecord): string[] {
  return [id, ...(location.kind === 'file' ? endsOf(normalised(location.path)) : []), ...endsOf(id)];
}

/** a/b/c → a/b/c, b/c, c. */
function endsOf(path: string): string[] {
  const segments = path.split('/');
  return segments.map((_, at) => segments.slice(at).join('/'));
}

function normalised(path: string): string {
  return path.replaceAll('\\', '/').replace(/^\.\//, '');
}
