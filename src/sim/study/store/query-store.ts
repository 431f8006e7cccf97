import type { DuckDBConnection } from '@duckdb/node-api';
import { badInput, messageOf } from '../../../base/errors.js';
import { withDatabase, type DuckDb } from './database.js';
import { plainValues, type PlainValue } from './plain-values.js';

export interface QueryColumn {
  /** Unique: a second `n` is `n:1`. */
  readonly name: string;
  readonly isNumber: boolean;
}

export type Row = readonly PlainValue[];

/** Rows of an answer, some at a time: all of them may be more than memory holds. */
export interface Answer {
  readonly columns: readonly QueryColumn[];
  readonly batches: AsyncIterable<readonly Row[]>;
}

/**
 * Asks a store in SQL; of several statements the last one answers. The file can't be changed, and no other file and no network is in reach.
 * @param use gets the answer, which is gone afterwards
 * @throws FeddymemError (bad-input) where DuckDB has no answer
 */
export async function queryStore<T>(
  storePath: string,
  sql: string,
  use: (answer: Answer) => Promise<T>,
): Promise<T> {
  return withDatabase(storePath, 'sealed', async (connection, duckdb) => {
    const refuse = await refusal(connection);
    const result = await connection.stream(sql).catch(refuse);
    const types = result.columnTypes();
    const columns = result
      .deduplicatedColumnNames()
      .map((name, at) => ({ name, isNumber: isNumber(duckdb, types[at].typeId) }));
    const isJson = types.map(({ alias }) => alias === 'JSON');
    const rows = result.yieldConvertedRows(plainValues(duckdb));
    const batches = {
      async *[Symbol.asyncIterator]() {
        for (;;) {
          const next = await rows.next().catch(refuse);
          if (next.done) return;
          yield next.value.map((row) => row.map((value, at) => (isJson[at] ? unpacked(value) : value)));
        }
      },
    };
    return use({ columns, batches });
  });
}

/** What a column of type JSON holds. */
function unpacked(value: PlainValue): PlainValue {
  return typeof value === 'string' ? (JSON.parse(value) as PlainValue) : value;
}

/** What DuckDB says, with what there is to ask. */
async function refusal(connection: DuckDBConnection): Promise<(error: unknown) => never> {
  const reader = await connection.runAndReadAll(
    'SELECT table_name FROM duckdb_tables() WHERE NOT temporary ORDER BY table_name',
  );
  const tables = reader.getRows().flat().join(', ');
  return (error) => {
    const message = messageOf(error).replace('Failed to extract statements: ', '').trimEnd();
    throw badInput(
      // All that its binding says of a text without a statement.
      `SQL: ${message === 'Error in native callback' ? 'there is no statement' : message}`,
      `Tables are ${tables}; "describe runs" lists columns, and docs/results-store.md says what they mean.`,
      error,
    );
  };
}

function isNumber({ DuckDBTypeId: id }: DuckDb, type: number): boolean {
  const numbers: readonly number[] = [
    id.TINYINT,
    id.SMALLINT,
    id.INTEGER,
    id.BIGINT,
    id.HUGEINT,
    id.UTINYINT,
    id.USMALLINT,
    id.UINTEGER,
    id.UBIGINT,
    id.UHUGEINT,
    id.FLOAT,
    id.DOUBLE,
    id.DECIMAL,
  ];
  return numbers.includes(type);
}
