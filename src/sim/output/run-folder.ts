import { access, mkdir, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';

/** What a run leaves in its folder. */
export const runFiles = [
  'result.json',
  'scores.csv',
  'scenario.yaml',
  'journal.jsonl',
  'memory.safetensors',
  'heat-maps.png',
  'report.html',
] as const;

/**
 * Opens the folder a run will write to, before anything is computed.
 * @param wanted left out: the next free runs/<scenario>-<n>
 * @throws FeddymemError (bad-input) when it holds a run already (unless forced) or can't be written
 */
export async function openRunFolder(
  wanted: string | undefined,
  scenario: string,
  force: boolean,
): Promise<string> {
  const folder = wanted ?? (await nextFree(scenario));
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    await writeFile(join(folder, '.writable'), '');
    await rm(join(folder, '.writable'));
  } catch (error) {
    throw badInput(`--out ${folder} can't be written: ${messageOf(error)}`, 'Choose another folder.', error);
  }
  const present = (await readdir(folder)).filter((name) => (runFiles as readonly string[]).includes(name));
  if (present.length > 0 && !force) {
    throw badInput(
      `--out ${folder} already holds a run (${present.join(', ')})`,
      'Choose another folder, or replace the run with --force.',
    );
  }
  await Promise.all(present.map((name) => rm(join(folder, name))));
  return folder;
}

/** After a failed run: removes the folder if nothing else is in it. */
export async function discardRunFolder(folder: string): Promise<void> {
  await rmdir(folder).catch(() => undefined);
}

async function nextFree(scenario: string): Promise<string> {
  const taken = new Set(await readdir('runs').catch(() => []));
  let number = 1;
  while (taken.has(`${scenario}-${number}`)) number++;
  return join('runs', `${scenario}-${number}`);
}
