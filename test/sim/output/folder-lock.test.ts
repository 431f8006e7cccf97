import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FolderInUse, lockFile, lockFolder, refuseLocked } from '../../../src/sim/output/folder-lock.js';
import { temporaryFolder } from '../../support/tiny.js';

const leave = (folder: string, lock: unknown) =>
  writeFileSync(join(folder, lockFile), typeof lock === 'string' ? lock : JSON.stringify(lock));
const deadProcess = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('a lock', () => {
  it('is one holder’s, and gone when it is given back', async () => {
    const folder = temporaryFolder();
    await refuseLocked(folder);
    const release = await lockFolder(folder);
    await expect(lockFolder(relative('.', folder))).rejects.toBeInstanceOf(FolderInUse);
    await expect(refuseLocked(folder)).rejects.toBeInstanceOf(FolderInUse);
    release();
    release();
    expect(readdirSync(folder)).toEqual([]);
    (await lockFolder(folder))();
  });

  it.each([
    ['a living process', { process: process.ppid, host: hostname() }, `process ${process.ppid}`],
    ['another machine', { process: 1, host: 'elsewhere.example' }, 'process 1 on elsewhere.example'],
    ['somebody who has just made it', '', 'another process'],
  ])('of %s is left alone', async (_, lock, holder) => {
    const folder = temporaryFolder();
    leave(folder, lock);
    const before = readFileSync(join(folder, lockFile), 'utf8');
    const refusal = {
      code: 'bad-input',
      message: `${folder} is being written by ${holder}`,
      hint: expect.stringContaining(join(folder, lockFile)) as string,
    };
    await expect(lockFolder(folder)).rejects.toMatchObject(refusal);
    await expect(refuseLocked(folder)).rejects.toMatchObject(refusal);
    expect(readFileSync(join(folder, lockFile), 'utf8')).toBe(before);
  });

  it.each([
    ['has ended', deadProcess()],
    ['had the same number', process.pid],
  ])('of a process that %s is taken over', async (_, number) => {
    const folder = temporaryFolder();
    leave(folder, { process: number, host: hostname() });
    await refuseLocked(folder);
    const release = await lockFolder(folder);
    expect(JSON.parse(readFileSync(join(folder, lockFile), 'utf8'))).toMatchObject({ process: process.pid });
    release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a dead process goes to one of many', async () => {
    const folder = temporaryFolder();
    leave(folder, { process: deadProcess(), host: hostname() });
    const ends = await Promise.allSettled([1, 2, 3, 4].map(() => lockFolder(folder)));
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});
