import { access, mkdir, readdir, rmdir } from 'node:fs/promises';
import { constants, rmSync } from 'node:fs';
import { join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { codeOf } from '../store/write-whole.js';
import { FolderInUse, lockFolder } from './folder-lock.js';
import { manifestFile } from './manifest.js';
import { traceFile } from './trace-file.js';

/** What a run leaves in its folder; what makes it a finished one first, what it can be gone on with by last. */
export const runFiles = [
  'result.json',
  'scores.csv',
  'scenario.yaml',
  'journal.jsonl',
  'memory.safetensors',
  'heat-maps.png',
  'report.html',
  traceFile,
  manifestFile,
] as const;

/** One of these makes a folder a run's: without them, files of the other names are the user's own. */
const runMarks: readonly string[] = ['result.json', 'journal.jsonl', manifestFile];

/** Where runs go that nobody gave a folder. */
const unnamedFolders = 'runs';

/** `new`: an empty folder; `unfinished`: a run that was killed; `finished`: nothing is left to do. */
export type FolderState = 'new' | 'unfinished' | 'finished';

/** What to do about a run that is there: `restart` replaces one that was killed, and leaves a finished one. */
export type RecordMode = 'refuse' | 'force' | 'resume' | 'restart';

export interface OpenedFolder {
  readonly folder: string;
  readonly state: FolderState;
  /** Files of a run that a new one replaces, which are there until it begins. */
  readonly replaces: readonly string[];
  /** Lets others write to it. */
  release(): void;
}

/**
 * Opens the folder a run will write to, before anything is computed; nobody else writes to it until it is released.
 * @param wanted left out: the next free runs/<scenario>-<n>
 * @param mode what to do about a run that is there already
 * @throws FeddymemError (bad-input) when it holds a run that may not be touched, or can't be written; FolderInUse
 */
export async function openRunFolder(
  wanted: string | undefined,
  scenario: string,
  mode: RecordMode,
): Promise<OpenedFolder> {
  let folder = wanted ?? unnamedFolders;
  let release;
  try {
    await mkdir(folder, { recursive: true });
    if (wanted === undefined) folder = await makeFreeFolder(scenario);
    await access(folder, constants.W_OK);
    release = await lockFolder(folder);
  } catch (error) {
    if (error instanceof FolderInUse) throw error;
    throw badInput(`--out ${folder} can't be written: ${messageOf(error)}`, 'Choose another folder.', error);
  }
  try {
    return { folder, ...(await presentRun(folder, mode)), release };
  } catch (error) {
    release();
    throw error;
  }
}

async function presentRun(
  folder: string,
  mode: RecordMode,
): Promise<Pick<OpenedFolder, 'state' | 'replaces'>> {
  const names = await readdir(folder);
  const present = runFiles.filter((name) => names.includes(name));
  const state = stateOf(present);
  // A study's cells are its own, whatever is left of one.
  if (state !== 'new' && mode !== 'restart' && !present.some((name) => runMarks.includes(name))) {
    throw badInput(
      `--out ${folder} holds no run, but ${present.join(', ')}, which a run would replace`,
      'Choose another folder.',
    );
  }
  const stays = state === 'new' || mode === 'resume' || (mode === 'restart' && state === 'finished');
  if (stays) return { state, replaces: [] };
  if (mode === 'refuse') {
    throw state === 'finished'
      ? badInput(
          `--out ${folder} already holds a run (${present.join(', ')})`,
          'Choose another folder, or replace the run with --force.',
        )
      : badInput(
          `--out ${folder} holds an unfinished run (${present.join(', ')})`,
          'Go on with it with --resume, choose another folder, or replace it with --force.',
        );
  }
  return { state: 'new', replaces: present };
}

/** Removes the run that another one replaces, in the order of runFiles: half of it is never taken for a whole one. */
export function removeRun(folder: string, files: readonly string[]): void {
  for (const name of files) rmSync(join(folder, name), { force: true });
}

/** After a failed run: removes the folder if nothing is in it. */
export async function discardEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

function stateOf(present: readonly string[]): FolderState {
  if (present.length === 0) return 'new';
  return present.includes('result.json') ? 'finished' : 'unfinished';
}

/** The next free one, made here and now: of several commands that are started together, each gets one of its own. */
async function makeFreeFolder(scenario: string): Promise<string> {
  for (let number = 1; ; number++) {
    const folder = folderOf(scenario, number);
    try {
      await mkdir(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

/** Folders of a scenario's runs that nobody gave a name, the newest first. */
export async function unnamedRuns(scenario: string): Promise<string[]> {
  const numbers = await runsOf(scenario);
  return numbers.sort((a, b) => b - a).map((number) => folderOf(scenario, number));
}

async function runsOf(scenario: string): Promise<number[]> {
  const names = await readdir(unnamedFolders).catch(() => []);
  const numbers = names.filter((name) => name.startsWith(`${scenario}-`));
  return numbers.map((name) => Number(name.slice(scenario.length + 1))).filter(Number.isSafeInteger);
}

function folderOf(scenario: string, number: number): string {
  return join(unnamedFolders, `${scenario}-${number}`);
}
