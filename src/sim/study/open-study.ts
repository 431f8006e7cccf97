import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { fieldDifferences } from '../compare/field-differences.js';
import { refuseLocked } from '../output/folder-lock.js';
import { discardPlots, plotsFolder, reportFile } from '../report/write-report.js';
import {
  ablationFile,
  cellsFolder,
  readStudy,
  storeFile,
  studyFile,
  writeStudy,
  type Study,
} from './study-file.js';

/**
 * Makes a folder the study's, before anything is run; one that is the same study's already goes on.
 * @param force replaces another study, and begins the same one anew
 * @param beforeReplacing throws where the new study can't be run: the old one then stays
 * @throws FeddymemError (bad-input) when the folder holds another study
 */
export async function openStudy(
  folder: string,
  study: Study,
  force: boolean,
  beforeReplacing: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  const present = existsSync(join(folder, studyFile));
  if (present && force) {
    await refuseCellsInUse(folder);
    await beforeReplacing();
    await clearStudy(folder);
  } else if (present) {
    await refuseOtherStudy(folder, study);
    return;
  }
  try {
    await mkdir(join(folder, cellsFolder), { recursive: true });
  } catch (error) {
    throw badInput(`--out ${folder} can't be written: ${messageOf(error)}`, 'Choose another folder.', error);
  }
  await writeStudy(folder, study);
}

/** @throws FeddymemError (bad-input) when the folder holds another study */
export async function refuseOtherStudy(folder: string, study: Study): Promise<void> {
  if (!existsSync(join(folder, studyFile))) return;
  const difference = studyDifference(await readStudy(folder), study);
  if (difference === null) return;
  throw badInput(
    `${folder} holds another study (${difference})`,
    'Choose another folder, or replace the study with --force.',
  );
}

/** Where two studies have other cells or other settings, in words; null where they are the same. */
export function studyDifference(a: Study, b: Study): string | null {
  const [before, now] = [definition(a), definition(b)];
  if (canonicalJson(before) === canonicalJson(now)) return null;
  const paths = fieldDifferences(before, now).map(({ path }) => path.replace(/^cells\..*/, 'cells'));
  return [...new Set(paths)].slice(0, 5).join(', ');
}

/** By what path the scenario was given, and by what command, changes nothing. */
function definition({ scenario: _, command: __, ...rest }: Study): Json {
  return JSON.parse(JSON.stringify(rest)) as Json;
}

/** @throws FolderInUse when another process runs a cell of the study that is there */
async function refuseCellsInUse(folder: string): Promise<void> {
  const cells = join(folder, cellsFolder);
  for (const name of await readdir(cells).catch(() => [])) await refuseLocked(join(cells, name));
}

/** Removes what studies write, and what is made of them; other files stay. */
async function clearStudy(folder: string): Promise<void> {
  await discardPlots(join(folder, plotsFolder));
  const derived = [storeFile, ablationFile, reportFile];
  // Last, so that what is half cleared is still known for a study.
  for (const name of [...derived, cellsFolder, studyFile])
    await rm(join(folder, name), { recursive: true, force: true });
}
