import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput, messageOf } from '../../base/errors.js';
import { writeNamed } from '../store/write-named.js';
import { cellIdPattern } from './cell-id.js';

/**
 * A study is a folder: `study.json` says which cells there are; `cells/<id>/` is the run folder of each, or holds
 * `error.json` where it failed; `study.duckdb` holds all their figures.
 */
export const studyFile = 'study.json';
export const cellsFolder = 'cells';
export const errorFile = 'error.json';
export const storeFile = 'study.duckdb';
/** What an ablation says of its variants. */
export const ablationFile = 'ablation.json';

const axisValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export const studySchema = z.object({
  format: z.literal('feddymem study 1'),
  name: z.string(),
  kind: z.enum(['sweep', 'ablation', 'rivals']),
  /** Axes in the order of the table's columns, and their values in the order of its rows. */
  axes: z.array(z.object({ name: z.string(), values: z.array(axisValue) })),
  seeds: z.array(z.int()),
  cells: z.array(
    z.object({
      /** Its folder under cells/, of letters, digits, `_`, `.`, `-` and `=`; studies come from other people too. */
      id: z.string().regex(cellIdPattern),
      /** Its value on every axis, as short text or number for tables. */
      axes: z.record(z.string(), axisValue),
      seed: z.int(),
      /** Changes to the base scenario that make the cell, as `path=value`. */
      changes: z.array(z.string()),
    }),
  ),
  /** Path of the base scenario, and what it said when the study was made, with every default filled in. */
  scenario: z.string(),
  base: z.unknown(),
  /** The command that made it, and goes on with it. */
  command: z.string().optional(),
});

export type Study = z.infer<typeof studySchema>;
export type StudyCell = Study['cells'][number];
export type AxisValue = z.infer<typeof axisValue>;

/** What stands in error.json of a cell that failed. */
export const cellErrorSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});
export type CellError = z.infer<typeof cellErrorSchema>;

export function cellFolder(folder: string, cell: Pick<StudyCell, 'id'>): string {
  return join(folder, cellsFolder, cell.id);
}

/** @throws FeddymemError (bad-input) when the folder can't be written */
export async function writeStudy(folder: string, study: Study): Promise<void> {
  await writeJson(folder, studyFile, study);
}

/** Writes a file of a study whole or not at all. @throws FeddymemError (bad-input) when the folder can't be written */
export async function writeJson(folder: string, name: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 2) + '\n';
  await writeNamed(join(folder, name), text, 'Choose another folder.');
}

/** @throws FeddymemError (bad-input) when the folder holds no study that this version reads */
export async function readStudy(folder: string): Promise<Study> {
  const path = join(folder, studyFile);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Give the folder of a study.', error);
  }
  const parsed = studySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badInput(`${path} is no study that this version reads`, 'Run the sweep again.', parsed.error);
}
