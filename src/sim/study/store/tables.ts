import type { CellContents } from './cell-contents.js';
import { clientsTable } from './clients-table.js';
import { defineTable, type StoredTable } from './column.js';
import { imagesTable } from './images-table.js';
import { messagesTable } from './messages-table.js';
import { roundsTable } from './rounds-table.js';
import { runsTable } from './runs-table.js';
import type { StudySource } from './study-source.js';

export const sourcesName = 'sources';

/** The store's own bookkeeping: by it a cell is known to have changed. */
const sourcesTable = defineTable<CellContents>(
  sourcesName,
  'What the rows were made of: bookkeeping of the store',
  [
    {
      name: 'fingerprint',
      type: 'VARCHAR',
      about: "SHA-256 over sizes and times of the run's files",
      of: (cell) => cell.fingerprint,
    },
  ],
  (cell) => [cell],
);

/** All tables of a study's store. */
export function tablesOf({ axes }: Pick<StudySource, 'axes'>): StoredTable[] {
  return [runsTable(axes), roundsTable, clientsTable, imagesTable, messagesTable, sourcesTable];
}
