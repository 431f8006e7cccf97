import { existsSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { prepareRun } from '../../../src/sim/run/prepare.js';
import { simulate } from '../../../src/sim/run/simulate.js';
import { enforceLimit, prune } from '../../../src/sim/store/prune.js';
import { beginUse, inUseSince } from '../../../src/sim/store/runs-under-way.js';
import { runTiny, tiny } from '../../support/tiny.js';
import { filesOf, place, placeEntry, temporaryFolder } from './samples.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a run under way', () => {
  it('keeps from the limit what was used since it began, until it ends', async () => {
    const folder = temporaryFolder();
    const before = placeEntry(folder, 'features', 1, 50);
    const end = await beginUse(folder);
    const endOther = await beginUse(folder);
    const since = placeEntry(folder, 'features', 2, 50);
    utimesSync(since, new Date(), new Date());
    expect(await enforceLimit(folder, 0)).toMatchObject({ deletedEntries: 1, keptBytes: 50 });
    expect([before, since].map((path) => existsSync(path))).toEqual([false, true]);
    await end();
    expect((await enforceLimit(folder, 0)).deletedEntries).toBe(0);
    await endOther();
    expect((await enforceLimit(folder, 0)).deletedEntries).toBe(1);
    expect(filesOf(folder)).toEqual([]);
  });

  it('does not keep somebody from clearing the cache', async () => {
    const folder = temporaryFolder();
    const end = await beginUse(folder);
    const entry = placeEntry(folder, 'payloads', 1, 50);
    utimesSync(entry, new Date(), new Date());
    expect(await prune(folder, 0)).toMatchObject({ deletedEntries: 1, keptBytes: 0 });
    await end();
  });

  it('is forgotten when nothing was heard of it for long: it was killed', async () => {
    const folder = temporaryFolder();
    const silent = place(join(folder, 'running', '12-1-1577836800000'), 0);
    const foreign = place(join(folder, 'running', 'notes.txt'), 0);
    expect(await inUseSince(folder)).toBe(Infinity);
    expect([silent, foreign].map((path) => existsSync(path))).toEqual([false, true]);
  });

  it('has the features of its images to its end, though another has kept to the limit meanwhile', async () => {
    const cacheFolder = temporaryFolder();
    const options = { cacheFolder, workers: 'inline' } as const;
    const run = await prepareRun([{ fromRound: 0, scenario: tiny() }], options, () => undefined);
    vi.stubEnv('FEDDYMEM_CACHE_LIMIT', '1KB');
    await runTiny({ seed: 2 }, options);
    const { federation, store, steps } = run;
    await simulate(federation, { run: steps.run, fetch: steps.fetch, store });
    await steps.flush();
    await run.close();
    expect(readdirSync(join(cacheFolder, 'running'))).toEqual([]);
    await runTiny({}, options);
    expect(filesOf(cacheFolder).length).toBeLessThan(2);
  });
});
