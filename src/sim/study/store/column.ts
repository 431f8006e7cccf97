import type { CellContents } from './cell-contents.js';

export type ColumnType = 'VARCHAR' | 'JSON' | 'BOOLEAN' | 'INTEGER' | 'BIGINT' | 'DOUBLE';
export type Value = string | number | boolean | null;

/** What a column says of itself: in the store as its comment, in docs/results-store.md as a line. */
export interface ColumnInfo {
  readonly name: string;
  readonly type: ColumnType;
  /** `bytes`, `virtual s`, `wall s`, `J`; left out for names, counts and scores in [0, 1]. */
  readonly unit?: string;
  readonly about: string;
  /** Of a figure by which runs are compared: which end is the good one. */
  readonly better?: 'higher' | 'lower';
  /** What such a figure is called in a table. */
  readonly title?: string;
}

/** A column and where its value comes from; undefined is stored as NULL. */
export interface Column<Row> extends ColumnInfo {
  readonly of: (row: Row) => Value | undefined;
}

/** A table of the store, and what a cell adds to it. */
export interface StoredTable {
  readonly name: string;
  readonly about: string;
  /** `run` comes first: every row says whose it is. */
  readonly columns: readonly ColumnInfo[];
  /** Rows in the order in which they are stored, each with a value for every column. */
  rowsOf(cell: CellContents): Iterable<readonly Value[]>;
}

const run: ColumnInfo = { name: 'run', type: 'VARCHAR', about: 'The run: the id of its cell' };

export function defineTable<Row>(
  name: string,
  about: string,
  columns: readonly Column<Row>[],
  rowsOf: (cell: CellContents) => Iterable<Row>,
): StoredTable {
  return {
    name,
    about,
    columns: [run, ...columns],
    *rowsOf(cell) {
      for (const row of rowsOf(cell)) yield [cell.id, ...columns.map((column) => column.of(row) ?? null)];
    },
  };
}

/** SQL does not tell upper case from lower: imageF1Max is image_f1_max. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
