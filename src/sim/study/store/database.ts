import type { DuckDBConnection } from '@duckdb/node-api';
import { badInput, messageOf } from '../../../base/errors.js';

export type DuckDb = typeof import('@duckdb/node-api');

/** Its library has 60 MB: nobody loads it who asks for no figures. @throws FeddymemError where it is not installed */
export async function loadDuckDb(): Promise<DuckDb> {
  try {
    return await import('@duckdb/node-api');
  } catch (error) {
    throw badInput(
      `DuckDB can't be loaded: ${messageOf(error)}`,
      'Install feddymem again: @duckdb/node-api, or its library for this platform, is missing.',
      error,
    );
  }
}

/** `sealed`: only the file itself, and no other. `read`: files may be written, tables not. `write`: both. */
export type Access = 'sealed' | 'read' | 'write';

/** Nothing comes over the network: what DuckDB needs is in its library. */
const offline = { autoinstall_known_extensions: 'false', autoload_known_extensions: 'false' };

const configurations: Readonly<Record<Access, Readonly<Record<string, string>>>> = {
  sealed: { ...offline, access_mode: 'READ_ONLY', enable_external_access: 'false' },
  read: { ...offline, access_mode: 'READ_ONLY' },
  write: offline,
};

/** Opens a file, hands over a connection and closes both again. */
export async function withDatabase<T>(
  path: string,
  access: Access,
  use: (connection: DuckDBConnection, duckdb: DuckDb) => Promise<T>,
): Promise<T> {
  const duckdb = await loadDuckDb();
  const instance = await duckdb.DuckDBInstance.create(path, { ...configurations[access] });
  try {
    const connection = await instance.connect();
    try {
      return await use(connection, duckdb);
    } finally {
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A name as SQL reads it, whatever is in it. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL reads it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
