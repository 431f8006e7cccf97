import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../../base/errors.js';
import { manifestFile } from '../../output/manifest.js';
import { runResultSchema, type RunResult } from '../../result/run-result.js';
import { codeOf } from '../../store/write-whole.js';
import { cellErrorSchema, errorFile, type CellError } from '../study-file.js';
import type { CellSource } from './study-source.js';

/** `unreadable`: its files are damaged or of another version. `missing`: nobody has begun it. */
export type CellState = 'finished' | 'failed' | 'unfinished' | 'missing' | 'unreadable';

/** All that rows are made of, as it stands in a cell's folder. */
export interface CellContents extends CellSource {
  readonly fingerprint: string;
  readonly state: CellState;
  readonly error: CellError | null;
  readonly manifest: CellManifest | null;
  readonly result: RunResult | null;
  /** Text of scores.csv, of a finished run only. */
  readonly scores: Uint8Array | null;
  readonly journal: Uint8Array | null;
}

/** As it stands in the file: settings of older versions are hashed, never interpreted. */
const manifestSchema = z.object({
  segments: z.array(z.object({ fromRound: z.int(), scenario: z.json() })).min(1),
  forkOf: z.string().optional(),
  versions: z.record(z.string(), z.string()),
  code: z.string(),
  modules: z.record(z.string(), z.string()).optional(),
});
export type CellManifest = z.infer<typeof manifestSchema>;

/** Never throws because of what a file says: one bad cell must not keep a study from being read. */
export async function readCell(cell: CellSource, fingerprint: string): Promise<CellContents> {
  const read = (name: string) => readIfThere(join(cell.folder, name));
  const manifest = parsed(manifestSchema, manifestFile, await read(manifestFile));
  const result = parsed(runResultSchema, 'result.json', await read('result.json'));
  const failure = parsed(cellErrorSchema, errorFile, await read(errorFile));
  const problem = [result, failure, manifest].find(({ problem }) => problem !== null)?.problem ?? null;
  const state = result.value
    ? 'finished'
    : problem !== null
      ? 'unreadable'
      : failure.value
        ? 'failed'
        : manifest.value
          ? 'unfinished'
          : 'missing';
  return {
    ...cell,
    fingerprint,
    state,
    error:
      state === 'finished'
        ? null
        : problem !== null
          ? { code: 'bad-input', message: problem }
          : failure.value,
    manifest: manifest.value,
    result: result.value,
    scores: state === 'finished' ? await read('scores.csv') : null,
    journal: await read('journal.jsonl'),
  };
}

interface Parsed<T> {
  readonly value: T | null;
  /** Why there is no value, where there is a file. */
  readonly problem: string | null;
}

function parsed<T>(schema: z.ZodType<T>, name: string, bytes: Uint8Array | null): Parsed<T> {
  if (!bytes) return { value: null, problem: null };
  try {
    return { value: schema.parse(JSON.parse(new TextDecoder().decode(bytes))), problem: null };
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    return { value: null, problem: `${name} can't be read by this version: ${reason}` };
  }
}

async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return null;
    throw error;
  }
}
