import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOfRuns } from '../run/code-fingerprint.js';
import { runFiles } from '../output/run-folder.js';
import { readManifest } from '../output/manifest.js';
import { changedFiles } from '../output/module-hashes.js';
import { packageVersions } from '../run/versions.js';
import { canonicalJson } from '../../base/hash.js';
import {
  cellErrorSchema,
  cellFolder,
  errorFile,
  writeJson,
  type CellError,
  type StudyCell,
} from './study-file.js';

/** What a cell's folder holds. `unfinished`: of a run that was killed. */
export type CellState = 'missing' | 'unfinished' | 'finished' | 'failed';

export async function cellState(folder: string, cell: Pick<StudyCell, 'id'>): Promise<CellState> {
  const names = await readdir(cellFolder(folder, cell)).catch((): string[] => []);
  if (names.includes('result.json')) return 'finished';
  if (names.includes(errorFile)) return 'failed';
  return names.some((name) => (runFiles as readonly string[]).includes(name)) ? 'unfinished' : 'missing';
}

export async function writeCellError(folder: string, cell: StudyCell, error: CellError): Promise<void> {
  await writeJson(cellFolder(folder, cell), errorFile, error);
}

export async function readCellError(folder: string, cell: StudyCell): Promise<CellError> {
  const text = await readFile(join(cellFolder(folder, cell), errorFile), 'utf8').catch(() => '{}');
  try {
    return cellErrorSchema.parse(JSON.parse(text));
  } catch {
    return { code: 'internal', message: `${errorFile} can't be read` };
  }
}

export async function clearCellError(folder: string, cell: StudyCell): Promise<void> {
  await rm(join(cellFolder(folder, cell), errorFile), { force: true });
}

/** Whether a cell was run, or begun, by this code, these libraries and the user's modules as they are now. */
export async function isOfThisCode(folder: string, cell: StudyCell): Promise<boolean> {
  const manifest = await readManifest(cellFolder(folder, cell)).catch(() => null);
  if (manifest === null) return false;
  return (
    manifest.code === codeOfRuns() &&
    canonicalJson(manifest.versions) === canonicalJson(packageVersions()) &&
    changedFiles(manifest).length === 0
  );
}
