import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashJson } from '../../../base/hash.js';
import { manifestFile } from '../../output/manifest.js';
import { errorFile } from '../study-file.js';
import type { StoredTable } from './column.js';
import type { CellSource } from './study-source.js';

/** Files of a cell that rows are made of. */
export const filesRead = [manifestFile, 'result.json', 'scores.csv', 'journal.jsonl', errorFile] as const;

/** Counts up when equal files come to mean other rows in the same columns. */
const format = 1;

/**
 * Changes whenever a cell's rows might: with the size or time of a file, the cell's place in the study, or a column.
 * @param tables those of the store
 */
export async function fingerprint(cell: CellSource, tables: readonly StoredTable[]): Promise<string> {
  const files = await Promise.all(filesRead.map((name) => sizeAndTime(join(cell.folder, name))));
  const columns = tables.map((table) => table.columns.map(({ name, type, about }) => [name, type, about]));
  return hashJson({ format, columns, path: cell.path, axes: cell.axes, seed: cell.seed, files });
}

/** Null for a file that is not there. */
async function sizeAndTime(path: string): Promise<readonly [string, string] | null> {
  return stat(path, { bigint: true }).then(
    ({ size, mtimeNs }) => [String(size), String(mtimeNs)] as const,
    () => null,
  );
}
