import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { badInput, FeddymemError, messageOf } from '../../../base/errors.js';
import { openAppender } from './append-rows.js';
import { readCell } from './cell-contents.js';
import type { StoredTable } from './column.js';
import { identifier, literal, withDatabase, type DuckDb } from './database.js';
import { fingerprint } from './fingerprint.js';
import { storeFile } from '../study-file.js';
import { openStudy, type CellSource } from './study-source.js';
import { sourcesName, tablesOf } from './tables.js';

/** A cell and what its files look like now. */
interface SeenCell {
  readonly cell: CellSource;
  readonly fingerprint: string;
}

/** Rows of the store as it was that still hold: those of these cells. */
interface EarlierStore {
  readonly path: string;
  readonly kept: ReadonlySet<string>;
}

let builds = 0;

/**
 * Brings a study's store up to date: reads the cells that are new or have changed, takes the rows of all others from
 * the store as it was, and puts the new file in its place at once.
 * @param studyFolder of a study, or of a single run
 * @returns the path of its study.duckdb
 * @throws FeddymemError (bad-input) when the folder holds neither, or the store can't be written
 */
export async function buildStore(studyFolder: string): Promise<string> {
  const study = await openStudy(studyFolder);
  const tables = tablesOf(study);
  const seen: SeenCell[] = [];
  for (const cell of study.cells) seen.push({ cell, fingerprint: await fingerprint(cell, tables) });

  const path = join(studyFolder, storeFile);
  const stored = await storedFingerprints(path);
  const isKept = (at: SeenCell) => stored.get(at.cell.id) === at.fingerprint;
  // A Map keeps its order: a study whose cells have changed places is written anew too.
  const isCurrent =
    seen.length === stored.size && [...stored.keys()].every((id, at) => id === seen[at].cell.id);
  if (seen.length > 0 && isCurrent && seen.every(isKept)) return path;

  const kept = new Set(seen.filter(isKept).map(({ cell }) => cell.id));
  const temporary = `${path}.${process.pid}-${++builds}.tmp`;
  try {
    await withDatabase(temporary, 'write', (connection, duckdb) =>
      fill(connection, duckdb, tables, seen, kept.size > 0 ? { path, kept } : null),
    );
    await rename(temporary, path);
  } catch (error) {
    if (error instanceof FeddymemError) throw error;
    throw badInput(
      `${path} can't be written: ${messageOf(error)}`,
      'Make room, and see to it that the folder can be written.',
      error,
    );
  } finally {
    for (const leftover of [temporary, `${temporary}.wal`]) await rm(leftover, { force: true });
  }
  return path;
}

/** By run, in order; nothing where there is no store, or none that can be read: it is then made anew. */
async function storedFingerprints(path: string): Promise<ReadonlyMap<string, string>> {
  try {
    return await withDatabase(path, 'sealed', async (connection) => {
      const reader = await connection.runAndReadAll(
        `SELECT run, fingerprint FROM ${sourcesName} ORDER BY rowid`,
      );
      return new Map(reader.getRows() as [string, string][]);
    });
  } catch {
    return new Map();
  }
}

async function fill(
  connection: DuckDBConnection,
  duckdb: DuckDb,
  tables: readonly StoredTable[],
  seen: readonly SeenCell[],
  earlier: EarlierStore | null,
): Promise<void> {
  await connection.run(tables.map(definition).join('\n'));
  const target = (table: StoredTable) => (earlier ? `new_${table.name}` : table.name);
  if (earlier)
    for (const table of tables)
      await connection.run(`CREATE TEMP TABLE ${target(table)} AS FROM ${table.name} LIMIT 0`);

  const appenders = [];
  for (const table of tables) {
    const place = { name: target(table), temporary: earlier !== null };
    appenders.push({ table, appender: await openAppender(duckdb, connection, place, table.columns) });
  }
  for (const { cell, fingerprint: found } of seen) {
    if (earlier?.kept.has(cell.id)) continue;
    const contents = await readCell(cell, found);
    for (const { table, appender } of appenders) for (const row of table.rowsOf(contents)) appender.add(row);
  }
  for (const { appender } of appenders) appender.close();
  if (earlier) await merge(connection, tables, seen, earlier);
  await connection.run('CHECKPOINT');
}

/** The table with its comments: in SQL `from duckdb_columns()` shows what docs/results-store.md says. */
function definition({ name, about, columns }: StoredTable): string {
  const comments = columns.map((column) => {
    const unit = column.unit === undefined ? '' : ` [${column.unit}]`;
    return `COMMENT ON COLUMN ${name}.${identifier(column.name)} IS ${literal(column.about + unit)};`;
  });
  return [
    `CREATE TABLE ${name} (${columns.map((column) => `${identifier(column.name)} ${column.type}`).join(', ')});`,
    `COMMENT ON TABLE ${name} IS ${literal(about)};`,
    ...comments,
  ].join('\n');
}

/** A run's rows stand together in either store, so that its place and a row's number order them all. */
async function merge(
  connection: DuckDBConnection,
  tables: readonly StoredTable[],
  seen: readonly SeenCell[],
  { path, kept }: EarlierStore,
): Promise<void> {
  await connection.run(`ATTACH ${literal(path)} AS earlier (READ_ONLY)`);
  await connection.run('CREATE TEMP TABLE places (run VARCHAR, place INTEGER, kept BOOLEAN)');
  const places = await connection.createAppender('places', 'main', 'temp');
  for (const [place, { cell }] of seen.entries()) {
    places.appendVarchar(cell.id);
    places.appendInteger(place);
    places.appendBoolean(kept.has(cell.id));
    places.endRow();
  }
  places.closeSync();
  for (const { name } of tables) {
    await connection.run(
      `INSERT INTO ${name} SELECT * EXCLUDE (place, at_row) FROM (
         SELECT o.*, p.place, o.rowid AS at_row FROM earlier.${name} o JOIN places p ON o.run = p.run AND p.kept
         UNION ALL SELECT n.*, p.place, n.rowid AS at_row FROM temp.new_${name} n JOIN places p ON n.run = p.run
       ) ORDER BY place, at_row`,
    );
  }
  await connection.run('DETACH earlier');
}
