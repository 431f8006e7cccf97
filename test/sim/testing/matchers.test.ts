import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi, type MatcherState } from 'vitest';
import { stringify } from 'yaml';
import { run, toMatchGolden, type GoldenOptions, type TestRun } from '../../../src/sim/testing/index.js';
import { formatGolden, writeGolden } from '../../../src/sim/testing/golden-file.js';
import { updateMode } from '../../../src/sim/testing/matchers.js';
import { besideTest } from '../../../src/sim/testing/run.js';
import { goldenWith, runSmall, smallScenario, temporaryFolder } from './samples.js';

const base = await runSmall();
const folder = temporaryFolder();
afterEach(() => void vi.unstubAllEnvs());

describe('run', () => {
  it('gives result and journal of a scenario with its defaults left out', () => {
    expect(base.scenario.method.aggregation).toBe('k-means');
    expect(base.result.scenario).toBe('small');
    expect(base.journal.length).toBeGreaterThan(50);
    const last = JSON.parse(base.journal.at(-1)!) as { digest: string };
    expect(base.result.journalDigest.startsWith(last.digest)).toBe(true);
    expect(base.workers).toBe(1);
    expect(base.jobs.reused).toBe(0);
  });

  it('computes anew although its results are in the cache', async () => {
    const cacheFolder = temporaryFolder();
    const first = await runSmall({}, { cacheFolder, results: 'recompute' });
    expect(existsSync(join(cacheFolder, 'payloads'))).toBe(true);
    const second = await runSmall({}, { cacheFolder, results: 'recompute' });
    expect(second.jobs).toEqual(first.jobs);
    expect(first.jobs.reused).toBe(0);
  });

  it('reads a file, changed by set; relative paths start at the test file', async () => {
    const path = join(folder, 'small.yaml');
    writeFileSync(path, stringify(smallScenario));
    const { scenario, result } = await run(path, { set: ['seed=5', 'method.rounds=1'] });
    expect([scenario.seed, result.rounds.length]).toEqual([5, 2]);
    await expect(run('none.yaml')).rejects.toThrow(join(import.meta.dirname, 'none.yaml'));
    await expect(run(smallScenario, { set: ['seed=5'] })).rejects.toThrow('set changes a scenario');
  });

  it('takes a whole scenario as well', async () => {
    const { result } = await run(base.scenario);
    expect(result.journalDigest).toBe(base.result.journalDigest);
  });

  it('keeps its cache where FEDDYMEM_CACHE says', async () => {
    const cache = join(temporaryFolder(), 'cache');
    vi.stubEnv('FEDDYMEM_CACHE', cache);
    await run(smallScenario, { results: 'recompute' });
    expect(existsSync(join(cache, 'payloads'))).toBe(true);
  });

  it('names the field of a scenario that is wrong', async () => {
    await expect(run({ ...smallScenario, clints: 3 })).rejects.toThrow('did you mean clients?');
  });
});

describe('toMatchGolden', () => {
  it('takes a run or the promise of one', async () => {
    const path = join(folder, 'both.golden.json');
    await writeGolden(path, goldenWith(base));
    await expect(base).toMatchGolden(path);
    await expect(runSmall()).toMatchGolden(path);
    await expect(runSmall()).resolves.toMatchGolden(path);
  });

  it('passes its options on, and fails with the comparison', async () => {
    const path = join(folder, 'options.golden.json');
    await writeGolden(path, goldenWith(base, { digest: '0'.repeat(64) }));
    // With a state of its own, for under -u vitest's would have the file written.
    const snapshotState = { snapshotUpdateState: 'none' };
    const match = (options: GoldenOptions) =>
      toMatchGolden.call({ isNot: false, snapshotState } as MatcherState, base, path, options);
    const failed = await match({});
    expect(failed.pass).toBe(false);
    expect(failed.message()).toContain('the file was edited');
    expect(await match({ exact: 'never' })).toMatchObject({ pass: true });
  });

  it('passes a run that fails on', async () => {
    const failing = run({ ...smallScenario, clients: 0 });
    await expect(expect(failing).toMatchGolden('none.golden.json')).rejects.toThrow('clients');
    expect(existsSync(join(import.meta.dirname, 'none.golden.json'))).toBe(false);
  });

  it('is refused on what is no run, and negated', async () => {
    const other = expect({ result: 1 } as unknown as TestRun).toMatchGolden('none.golden.json');
    await expect(other).rejects.toThrow('toMatchGolden was given no run');
    await expect(expect(base).not.toMatchGolden('none.golden.json')).rejects.toThrow('is no test');
  });

  it('is an error of type on what is no run', () => {
    // @ts-expect-error a number is no run
    expect(() => expect(5).toMatchGolden('none.golden.json')).toBeTypeOf('function');
  });

  it('writes with FEDDYMEM_UPDATE_GOLDEN=1, even in CI', async () => {
    vi.stubEnv('FEDDYMEM_UPDATE_GOLDEN', '1');
    const path = join(folder, 'updated.golden.json');
    writeFileSync(path, 'damaged');
    await expect(base).toMatchGolden(path);
    expect(readFileSync(path, 'utf8')).toBe(formatGolden(goldenWith(base)));
    expect(updateMode('none', '1')).toBe('all');
    expect(updateMode('new', '0')).toBe('new');
    expect(updateMode(undefined, '')).toBe('none');
  });

  it('finds its file beside the test', () => {
    expect(besideTest('a.json')).toBe(join(import.meta.dirname, 'a.json'));
    expect(besideTest('../a.json', '/tests/unit/b.test.ts')).toBe('/tests/a.json');
    expect(besideTest('/a.json', '/tests/b.test.ts')).toBe('/a.json');
  });
});

describe('toBeSameRunAs', () => {
  it('passes two runs of one scenario, whoever computes them', async () => {
    await expect(runSmall()).toBeSameRunAs(base);
    await expect(base).toBeSameRunAs(runSmall({}, { workers: 2 }));
  });

  it('fails with the first divergence, down to the numbers sent, and the figures', async () => {
    const other = runSmall({ method: { training: { learningRate: 0.01 } } });
    const failure = await expect(other)
      .toBeSameRunAs(base)
      .catch((error: unknown) => (error as Error).message);
    expect(failure).toContain('the runs are not the same');
    expect(failure).toContain('step train, round 1');
    expect(failure).toMatch(/tensors? differ/);
    expect(failure).toMatch(/elements differ/);
    expect(failure).toMatch(/rounds\.1\.loss +0\.\d+ +0\.\d+/);
  });

  it('fails on other figures of an equal journal', async () => {
    const other = await runSmall({ method: { imageScore: 'max' } });
    await expect(expect(other).toBeSameRunAs(base)).rejects.toThrow(
      'what follows it (scores, metrics) is not',
    );
    await expect(other).not.toBeSameRunAs(base);
  });
});
