import { rmSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { FeddymemError } from '../../base/errors.js';
import { isRunning } from '../store/is-running.js';
import { codeOf } from '../store/write-whole.js';

/** In a run's folder while somebody writes to it: the number of that process and the name of its machine. */
export const lockFile = '.lock';

/** A folder that somebody else is writing to. */
export class FolderInUse extends FeddymemError {
  constructor(folder: string, holder: string) {
    super(
      'bad-input',
      `${folder} is being written by ${holder}`,
      `Wait for it or choose another folder; if it runs no more, remove ${join(folder, lockFile)}.`,
    );
  }
}

/** Locks of this process: one with its number that is not here is of an earlier process with that number. */
const held = new Set<string>();

/**
 * Keeps everybody else from writing to a folder.
 * @returns gives it back
 * @throws FolderInUse when somebody else writes to it
 */
export async function lockFolder(folder: string): Promise<() => void> {
  const path = resolve(folder, lockFile);
  if (held.has(path)) throw new FolderInUse(folder, described(ownText));
  held.add(path);
  try {
    if (!(await create(path))) {
      await removeStale(folder, path);
      // Somebody else may have been faster.
      if (!(await create(path))) throw new FolderInUse(folder, described(await read(path)));
    }
  } catch (error) {
    held.delete(path);
    throw error;
  }
  return () => {
    if (held.delete(path)) rmSync(path, { force: true });
  };
}

/** @throws FolderInUse when somebody writes to the folder */
export async function refuseLocked(folder: string): Promise<void> {
  const path = resolve(folder, lockFile);
  const text = await read(path);
  if (text !== null && (held.has(path) || !isStale(text))) throw new FolderInUse(folder, described(text));
}

const ownText = JSON.stringify({ process: process.pid, host: hostname() });

/** @returns whether it was not there */
async function create(path: string): Promise<boolean> {
  try {
    await writeFile(path, ownText, { flag: 'wx' });
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Takes away the lock of a process that has ended. @throws FolderInUse when it has not */
async function removeStale(folder: string, path: string): Promise<void> {
  const text = await read(path);
  if (text === null) return;
  if (!isStale(text)) throw new FolderInUse(folder, described(text));
  // Renamed first: of several who find it, one alone gets it.
  const taken = `${path}.${process.pid}`;
  await rename(path, taken).catch(() => undefined);
  const found = await read(taken);
  // Another process was faster, and this is its lock.
  if (found !== null && found !== text) await link(taken, path).catch(() => undefined);
  await rm(taken, { force: true });
}

/** Whoever writes on another machine can't be asked. */
function isStale(text: string): boolean {
  const lock = parsed(text);
  if (lock === null || lock.host !== hostname()) return false;
  return lock.process === process.pid || !isRunning(lock.process);
}

function described(text: string | null): string {
  const lock = text === null ? null : parsed(text);
  if (lock === null) return 'another process';
  return `process ${lock.process}${lock.host === hostname() ? '' : ` on ${lock.host}`}`;
}

/** Null for one that is half written. */
function parsed(text: string): { readonly process: number; readonly host: string } | null {
  try {
    return JSON.parse(text) as { process: number; host: string };
  } catch {
    return null;
  }
}

function read(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
