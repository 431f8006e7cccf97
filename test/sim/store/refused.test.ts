import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { cacheCommand } from '../../../src/sim/cli/cache-command.js';
import { checkCache } from '../../../src/sim/store/check.js';
import { enforceLimit, prune } from '../../../src/sim/store/prune.js';
import { filesOf, placeEntry, temporaryFolder } from './samples.js';

const protectedFiles = new Set<string>();

// No permissions bind a superuser, who may run these tests.
vi.mock('../../../src/sim/store/write-whole.js', async (original) => {
  const files = await original<typeof import('../../../src/sim/store/write-whole.js')>();
  return {
    ...files,
    removeFile: (path: string) =>
      protectedFiles.has(path) ? Promise.resolve(false) : files.removeFile(path),
  };
});

function twoEntries() {
  const folder = temporaryFolder();
  const [old, recent] = [1, 2].map((name) => placeEntry(folder, 'payloads', name, 10, name));
  protectedFiles.add(old);
  return { folder, old, recent };
}

describe('an entry that may not be deleted', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('counts as kept, and the next one goes in its place', async () => {
    const { folder, old, recent } = twoEntries();
    expect(await prune(folder, 10)).toMatchObject({ refused: 1, deletedEntries: 1, keptBytes: 10 });
    expect([old, recent].map((path) => existsSync(path))).toEqual([true, false]);
  });

  it('does not end a run', async () => {
    const { folder } = twoEntries();
    expect(await enforceLimit(folder, 0)).toMatchObject({ refused: 1, keptBytes: 10 });
  });

  it('is counted by a check that finds it damaged', async () => {
    const { folder } = twoEntries();
    expect((await checkCache(folder)).payloads).toEqual({ checked: 2, damaged: 1, refused: 1 });
  });

  it.each(['clear', 'check'])('fails the command that wanted it gone: %s', async (name) => {
    const { folder, old } = twoEntries();
    vi.stubEnv('FEDDYMEM_CACHE', folder);
    const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await expect(cacheCommand().parseAsync([name], { from: 'user' })).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/1 entry can't be (read or )?deleted/),
      });
    } finally {
      print.mockRestore();
    }
    expect(filesOf(folder)).toEqual([old]);
  });
});
