import { parse } from 'csv-parse/sync';
import { badInput, messageOf } from '../../../base/errors.js';

/**
 * The rows of a CSV file with a header, without the spaces around names and values.
 * @param source the file's path, for errors
 * @throws FeddymemError (bad-input) when it is no CSV or lacks a column
 */
export function csvRows<Column extends string>(
  bytes: Uint8Array,
  source: string,
  columns: readonly Column[],
): readonly Readonly<Record<Column, string>>[] {
  const [header = [], ...rows] = records(bytes, source);
  const places = columns.map((column) => {
    const place = header.indexOf(column);
    if (place >= 0) return place;
    throw badInput(
      `${source} has no column ${column}; its columns are ${header.join(', ')}`,
      `The columns ${columns.join(', ')} are needed.`,
    );
  });
  return rows.map(
    (row) =>
      Object.fromEntries(columns.map((column, at) => [column, row[places[at]]])) as Record<Column, string>,
  );
}

function records(bytes: Uint8Array, source: string): string[][] {
  try {
    return parse(bytes, { bom: true, trim: true, skip_empty_lines: true });
  } catch (error) {
    throw badInput(
      `${source} can't be read as CSV: ${messageOf(error)}`,
      'Restore the published file.',
      error,
    );
  }
}
