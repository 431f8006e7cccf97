import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnInfo, Value } from './column.js';
import type { DuckDb } from './database.js';

/** Takes rows for one table; they are all there once it is closed. */
export interface RowAppender {
  add(row: readonly Value[]): void;
  close(): void;
}

/** Rows of a chunk: as many as a vector of DuckDB holds. */
const chunkRows = 2048;

/** @param name of the table: `table` or, of a temporary one, `temp.table` */
export async function openAppender(
  duckdb: DuckDb,
  connection: DuckDBConnection,
  table: { readonly name: string; readonly temporary: boolean },
  columns: readonly ColumnInfo[],
): Promise<RowAppender> {
  const appender = await connection.createAppender(table.name, 'main', table.temporary ? 'temp' : undefined);
  const types = columns.map((_, at) => appender.columnType(at));
  const isWide = columns.map(({ type }) => type === 'BIGINT');
  let waiting: (readonly Value[])[] = [];
  const flush = () => {
    if (waiting.length === 0) return;
    const chunk = duckdb.DuckDBDataChunk.create(types, waiting.length);
    chunk.setColumns(
      types.map((_, at) =>
        waiting.map((row) => {
          const value = row[at];
          return isWide[at] && typeof value === 'number' ? BigInt(value) : value;
        }),
      ),
    );
    appender.appendDataChunk(chunk);
    waiting = [];
  };
  return {
    add(row) {
      waiting.push(row);
      if (waiting.length === chunkRows) flush();
    },
    close() {
      flush();
      appender.closeSync();
    },
  };
}
