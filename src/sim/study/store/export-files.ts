import { access, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, FeddymemError, messageOf } from '../../../base/errors.js';
import { literal, withDatabase } from './database.js';

export const fileFormats = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: 'FORMAT csv, HEADER',
} as const;
export type FileFormat = keyof typeof fileFormats;

/**
 * Writes every table of a store but its bookkeeping into a folder, one file each, rows in their order.
 * @returns paths of the files
 * @throws FeddymemError (bad-input) where a file is there already, unless `force`, or can't be written
 */
export async function exportFiles(
  storePath: string,
  tables: readonly string[],
  format: FileFormat,
  folder: string,
  force: boolean,
): Promise<string[]> {
  const files = tables.map((name) => ({ name, path: join(folder, `${name}.${format}`) }));
  try {
    await mkdir(folder, { recursive: true });
    if (!force) await refuseExisting(files.map(({ path }) => path));
    await withDatabase(storePath, 'read', async (connection) => {
      for (const { name, path } of files) {
        const temporary = `${path}.${process.pid}.tmp`;
        try {
          await connection.run(`COPY (FROM ${name}) TO ${literal(temporary)} (${fileFormats[format]})`);
          await rename(temporary, path);
        } finally {
          await rm(temporary, { force: true });
        }
      }
    });
  } catch (error) {
    if (error instanceof FeddymemError) throw error;
    throw badInput(`--out ${folder} can't be written: ${messageOf(error)}`, 'Choose another folder.', error);
  }
  return files.map(({ path }) => path);
}

async function refuseExisting(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const isThere = await access(path).then(
      () => true,
      () => false,
    );
    if (isThere)
      throw badInput(`${path} is there already`, 'Choose another --out, or replace it with --force.');
  }
}
