import { parse } from 'csv-parse/sync';
import { badInput } from '../../../base/errors.js';
import { defineTable } from './column.js';
import { wholeLines } from './text-lines.js';

/** A line of scores.csv. */
interface ImageScore {
  readonly client: string;
  readonly image: string;
  readonly imageClient: string | null;
  readonly view: string;
  readonly label: number;
  readonly score: number;
  readonly category: string | null;
  readonly source: string | null;
}

/** Every image score of every finished run. */
export const imagesTable = defineTable<ImageScore>(
  'images',
  'One row a line of scores.csv: what a detector says of a test image',
  [
    { name: 'client', type: 'VARCHAR', about: 'Whose detector', of: (row) => row.client },
    { name: 'image', type: 'VARCHAR', about: "The image's id", of: (row) => row.image },
    {
      name: 'image_client',
      type: 'VARCHAR',
      about: 'Whose image; NULL where no detector of its own scored it',
      of: (row) => row.imageClient,
    },
    {
      name: 'view',
      type: 'VARCHAR',
      about: '`own`, `global` or `unseen`; own images stand under `own` and again under `global`',
      of: (row) => row.view,
    },
    { name: 'label', type: 'INTEGER', about: '0 normal, 1 defective', of: (row) => row.label },
    {
      name: 'category',
      type: 'VARCHAR',
      about: 'The product, texture or body part it shows',
      of: (row) => row.category,
    },
    {
      name: 'source',
      type: 'VARCHAR',
      about: 'The data set it comes from, or `synthetic` or `features`',
      of: (row) => row.source,
    },
    {
      name: 'score',
      type: 'DOUBLE',
      about: "Higher: more anomalous; its scale is the detector's",
      of: (row) => row.score,
    },
  ],
  ({ scores, folder }) => (scores ? imageScores(scores, `${folder}/scores.csv`) : []),
);

/** @param name of the file, for errors @throws FeddymemError (bad-input) at a line that is no score */
export function imageScores(csv: Uint8Array, name: string): ImageScore[] {
  const [header, ...records] = recordsOf(csv);
  const at = (column: string) => (header ?? []).indexOf(column);
  const columns = ['client', 'image', 'view', 'label', 'score'].map(at);
  const [category, source] = [at('category'), at('source')];
  if (columns.includes(-1))
    throw badInput(
      `${name}: its first line names no column client, image, view, label or score`,
      'Run the cell again.',
    );
  const [client, image, view, label, score] = columns;
  const owners = new Map(
    records.filter((record) => record[view] !== 'global').map((record) => [record[image], record[client]]),
  );
  return records.map((record, line) => {
    const value = Number(record[score]);
    if (record.length !== header.length || record[score] === '' || !Number.isFinite(value))
      throw badInput(`${name}: score ${line + 1} is not a whole line`, 'Run the cell again.');
    return {
      client: record[client],
      image: record[image],
      imageClient: owners.get(record[image]) ?? null,
      view: record[view],
      label: Number(record[label]),
      score: value,
      category: (category >= 0 && record[category]) || null,
      source: (source >= 0 && record[source]) || null,
    };
  });
}

const quote = 0x22;

/** Most files quote nothing, and are read in half the time. */
function recordsOf(csv: Uint8Array): string[][] {
  if (csv.includes(quote)) return parse(csv, { relax_column_count: true });
  return [...wholeLines(csv)].map((line) => line.split(','));
}
