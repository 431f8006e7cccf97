import { join, posix } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { csvRows } from './csv-rows.js';
import type { DatasetFolder } from './dataset-folder.js';

export interface LabelTableSettings {
  /** Of the table, from the set's root. */
  readonly file: string;
  /** Names of the columns of image files and of labels. */
  readonly column: string;
  readonly label: string;
  /** Labels of normal images. */
  readonly good: readonly string[];
}

/**
 * The label that a table gives an image: by its path from the root or, where no row has that, by its file name.
 * @throws FeddymemError (bad-input) when several images have the file name
 */
export type LabelTable = (path: string) => string | undefined;

/**
 * Reads a CSV table with a header.
 * @param images all whose labels will be asked for
 * @throws FeddymemError (bad-input) when it can't be read, lacks a column, or contradicts itself
 */
export async function labelTable(
  folder: DatasetFolder,
  settings: LabelTableSettings,
  images: readonly string[],
): Promise<LabelTable> {
  const source = join(folder.root, settings.file);
  const labels = new Map<string, string>();
  const { column, label: labelColumn } = settings;
  for (const row of csvRows(await folder.bytes(settings.file), source, [column, labelColumn])) {
    const file = posix.normalize(row[column].replaceAll('\\', '/'));
    const label = row[labelColumn];
    if (label === '')
      throw badInput(`${source} has no label for ${file}`, 'Fill it in, or take the row out.');
    const before = labels.get(file);
    if (before !== undefined && before !== label) {
      throw badInput(`${source} labels ${file} as ${before} and as ${label}`, 'Keep one of its rows.');
    }
    labels.set(file, label);
  }
  const first = new Map<string, string>();
  for (const path of images.toReversed()) first.set(posix.basename(path), path);
  const last = new Map(images.map((path) => [posix.basename(path), path]));
  return (path) => {
    const name = posix.basename(path);
    const label = labels.get(path) ?? labels.get(name);
    if (label === undefined || labels.has(path) || first.get(name) === last.get(name)) return label;
    throw badInput(
      `${source} has a row for ${name}, but ${first.get(name)} and ${last.get(name)} are both called so`,
      'Write paths from the set’s folder into its rows.',
    );
  };
}

export function isGood(label: string, good: readonly string[]): boolean {
  return good.some((each) => each.toLowerCase() === label.toLowerCase());
}
