import { constants } from 'node:fs';
import { cp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { badInput } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { fieldDifferences } from '../compare/field-differences.js';
import { lockFile, refuseLocked } from '../output/folder-lock.js';
import { readResult } from '../output/read-result.js';
import { quoted } from '../output/rerun-command.js';
import { cellState } from './cell-state.js';
import { openStudy, studyDifference } from './open-study.js';
import { cellFolder, readStudy, writeStudy, type Study, type StudyCell } from './study-file.js';

export interface Merged {
  readonly study: Study;
  /** Cells of the folder now: finished, failed, and those that no part has. */
  readonly finished: number;
  readonly failed: number;
  readonly missing: number;
  readonly copied: number;
}

/**
 * Joins the parts of one study in a folder, which may hold a part already. Finished cells count before failed ones;
 * unfinished ones stay where they are.
 * @throws FeddymemError (bad-input) before anything is copied, when parts are of other studies or disagree about a cell,
 * or when another process runs a cell that would be replaced
 */
export async function mergeStudies(folder: string, parts: readonly string[]): Promise<Merged> {
  const study = await readStudy(parts[0]);
  const whole = { ...study, ...(study.command !== undefined && { command: ofWhole(study.command, folder) }) };
  for (const part of parts.slice(1)) {
    const difference = studyDifference(study, await readStudy(part));
    if (difference === null) continue;
    throw badInput(
      `${part} is no part of the study of ${parts[0]} (${difference})`,
      'Merge what --shard has split.',
    );
  }
  await openStudy(folder, whole, false);
  const sources = new Map<StudyCell, string>();
  const count = { finished: 0, failed: 0, missing: 0 };
  for (const cell of study.cells) {
    const { state, from } = await bestOf(cell, [folder, ...parts]);
    count[state]++;
    if (from !== undefined && from !== folder) sources.set(cell, from);
  }
  for (const cell of sources.keys()) await refuseLocked(cellFolder(folder, cell));
  for (const [cell, from] of sources) await copyCell(cellFolder(from, cell), cellFolder(folder, cell));
  await writeStudy(folder, whole);
  return { study: whole, ...count, copied: sources.size };
}

/** The command that goes on with all parts where they are joined. */
function ofWhole(command: string, folder: string): string {
  return `${command.replaceAll(/ --(?:shard|out)[= ](?:'[^']*'|\\'|[^\s'\\])+/g, '')} --out ${quoted(folder)}`;
}

type Best = { readonly state: 'finished' | 'failed' | 'missing'; readonly from?: string };

async function bestOf(cell: StudyCell, folders: readonly string[]): Promise<Best> {
  const states = await Promise.all(
    folders.map(async (folder) => [folder, await cellState(folder, cell)] as const),
  );
  const having = (wanted: string) => states.filter(([, state]) => state === wanted).map(([folder]) => folder);
  const [first, ...others] = having('finished');
  for (const other of others) await refuseUnequal(cell, first, other);
  if (first !== undefined) return { state: 'finished', from: first };
  const [failed] = having('failed');
  return failed === undefined ? { state: 'missing' } : { state: 'failed', from: failed };
}

/** Equal runs agree in all but what they took, and on what. */
async function refuseUnequal(cell: StudyCell, a: string, b: string): Promise<void> {
  const [one, two] = await Promise.all(
    [a, b].map(async (folder) => {
      const { wallSeconds: _, versions: __, ...result } = await readResult(cellFolder(folder, cell));
      const scores = await readFile(join(cellFolder(folder, cell), 'scores.csv'), 'utf8').catch(() => '');
      return JSON.parse(JSON.stringify({ ...result, scores })) as Json;
    }),
  );
  if (canonicalJson(one) === canonicalJson(two)) return;
  const [{ path }] = fieldDifferences(one, two);
  throw badInput(
    `cell ${cell.id} has other results in ${b} than in ${a} (first in ${path})`,
    'Other code, libraries or data made one of them: leave that part out, and run its cells again.',
  );
}

/** Whole or not at all; where the file system can, without a second copy on the disk. */
async function copyCell(from: string, to: string): Promise<void> {
  const partial = `${to}.partial`;
  await rm(partial, { recursive: true, force: true });
  await cp(from, partial, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    // Whoever writes there does not write here.
    filter: (path) => basename(path) !== lockFile,
  });
  // What is there is a failed cell's error, or half a run.
  if ((await readdir(to).catch(() => null)) !== null) await rm(to, { recursive: true });
  await rename(partial, to);
}
