import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { lockFile } from '../../../src/sim/output/folder-lock.js';
import { openRecord, recordRun, type RecordOptions } from '../../../src/sim/output/record-run.js';
import type { RecordMode } from '../../../src/sim/output/run-folder.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import type { Scenario } from '../../../src/sim/scenario/schema.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from '../study/samples.js';

const cacheFolder = temporaryFolder();
const scenario = (seed = 1) => parseScenario({ ...drawn, seed }, 'drawn');
beforeAll(() => {
  vi.stubEnv('FEDDYMEM_DATA', undefined);
});
afterAll(() => {
  vi.unstubAllEnvs();
});

/** Images that nobody can find. */
const withoutData = () =>
  parseScenario(
    {
      name: 'drawn',
      data: { source: 'folder', sets: ['nothing'] },
      backbone: { name: 'oriented-filters' },
      method: drawn.method,
    },
    'folders',
  );
const contents = (folder: string) =>
  Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

async function record(folder: string, run: Scenario, mode: RecordMode, options: Partial<RecordOptions> = {}) {
  const opened = await openRecord(folder, [{ fromRound: 0, scenario: run }], mode);
  return recordRun(opened, { cacheFolder, workers: 'inline', command: '', files: 'figures', ...options });
}

describe('a run that replaces another one', () => {
  it('leaves it as it was when its data is not there', async () => {
    const folder = temporaryFolder();
    await record(folder, scenario(), 'refuse');
    const before = contents(folder);
    expect(Object.keys(before)).toContain('result.json');
    await expect(record(folder, withoutData(), 'force')).rejects.toThrow('nobody said to what');
    expect(contents(folder)).toEqual(before);
  });

  it('leaves half a run as it was too', async () => {
    const folder = temporaryFolder();
    await record(folder, scenario(), 'refuse');
    const { 'manifest.json': manifest, 'journal.jsonl': journal } = contents(folder);
    const half = temporaryFolder();
    writeFileSync(join(half, 'manifest.json'), manifest);
    writeFileSync(join(half, 'journal.jsonl'), journal.slice(0, 900));
    const before = contents(half);
    await expect(record(half, withoutData(), 'force')).rejects.toThrow('nobody said to what');
    expect(contents(half)).toEqual(before);
  });

  it('takes its place', async () => {
    const folder = temporaryFolder();
    await record(folder, scenario(), 'refuse');
    writeFileSync(join(folder, 'trace.json'), 'of the old run');
    writeFileSync(join(folder, 'notes.md'), 'mine');
    await record(folder, scenario(2), 'force');
    const fresh = temporaryFolder();
    await record(fresh, scenario(2), 'refuse');
    const [{ 'notes.md': notes, ...now }, expected] = [contents(folder), contents(fresh)];
    expect(notes).toBe('mine');
    expect(Object.keys(now)).toEqual(Object.keys(expected));
    for (const name of ['manifest.json', 'journal.jsonl', 'scores.csv', 'scenario.yaml'])
      expect(now[name]).toBe(expected[name]);
  });

  it('leaves neither when it fails after its first event', async () => {
    const folder = temporaryFolder();
    await record(folder, scenario(), 'refuse');
    const controller = new AbortController();
    const stopped = record(folder, scenario(2), 'force', {
      signal: controller.signal,
      onProgress: ({ kind }) => {
        if (kind === 'step') controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    expect(() => readdirSync(folder)).toThrow('ENOENT');
  });
});

describe('a run folder', () => {
  it('is one run’s alone until it ends, however it ends', async () => {
    const folder = temporaryFolder();
    const segments = [{ fromRound: 0, scenario: scenario() }];
    const opened = await openRecord(folder, segments, 'refuse');
    for (const mode of ['refuse', 'force', 'resume'] as const)
      await expect(openRecord(folder, segments, mode)).rejects.toThrow(`written by process ${process.pid}`);
    await recordRun(opened, { cacheFolder, workers: 'inline', command: '' });
    expect(readdirSync(folder)).not.toContain(lockFile);
    await expect(record(folder, scenario(), 'refuse')).rejects.toThrow('already holds a run');
    await expect(record(folder, scenario(2), 'resume')).rejects.toThrow('other settings');
    await expect(record(folder, withoutData(), 'force')).rejects.toThrow('nobody said to what');
    const { state } = await openRecord(folder, segments, 'resume');
    expect(state).toBe('finished');
    expect(readdirSync(folder)).not.toContain(lockFile);
  });

  it.each(['refuse', 'force', 'resume'] as const)(
    'is none where there is nothing but files of the same names, and these stay (%s)',
    async (mode) => {
      const folder = temporaryFolder();
      writeFileSync(join(folder, 'scenario.yaml'), 'mine');
      writeFileSync(join(folder, 'scores.csv'), 'mine too');
      const before = contents(folder);
      await expect(record(folder, scenario(), mode)).rejects.toMatchObject({
        code: 'bad-input',
        message: `--out ${folder} holds no run, but scores.csv, scenario.yaml, which a run would replace`,
        hint: 'Choose another folder.',
      });
      expect(contents(folder)).toEqual(before);
    },
  );

  it('of a study’s cell is its own, whatever is left in it', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'scenario.yaml'), 'of a cell that was half removed');
    await record(folder, scenario(), 'restart');
    expect(Object.keys(contents(folder))).toContain('result.json');
  });

  it('that can’t be written at the end is named, and can be gone on with', async () => {
    const folder = temporaryFolder();
    const opened = await openRecord(folder, [{ fromRound: 0, scenario: scenario() }], 'refuse');
    mkdirSync(join(folder, 'scores.csv'));
    const run = recordRun(opened, { cacheFolder, workers: 'inline', command: '', files: 'figures' });
    await expect(run).rejects.toMatchObject({
      code: 'run-failed',
      message: expect.stringContaining(`${folder} can't be written: EISDIR`) as string,
      hint: expect.stringContaining('--resume') as string,
    });
    rmSync(join(folder, 'scores.csv'), { recursive: true });
    await record(folder, scenario(), 'resume');
    expect(Object.keys(contents(folder))).toContain('result.json');
  });

  it('stays whole when it is to be begun anew, but was finished meanwhile', async () => {
    const folder = temporaryFolder();
    await record(folder, scenario(), 'refuse');
    const before = contents(folder);
    const opened = await openRecord(folder, [{ fromRound: 0, scenario: scenario() }], 'restart');
    expect(opened).toMatchObject({ state: 'finished', replaces: [] });
    expect(contents(folder)).toEqual(before);
  });
});

describe('a run that is resumed', () => {
  const cutAfter = (journal: string, lines: number) => journal.split('\n').slice(0, lines).join('\n');
  /** A folder with the beginning of a run, and what the whole run wrote. */
  async function killed(journalOf: (whole: string) => string) {
    const [whole, folder] = [temporaryFolder(), temporaryFolder()];
    await record(whole, scenario(), 'refuse');
    const { 'manifest.json': manifest, 'journal.jsonl': journal } = contents(whole);
    writeFileSync(join(folder, 'manifest.json'), manifest.replace(/"code": "../, '"code": "zz'));
    writeFileSync(join(folder, 'journal.jsonl'), journalOf(journal));
    return { folder, journal, manifest };
  }

  it.each([
    ['within a line', (whole: string) => whole.slice(0, whole.length >> 1)],
    ['between a line and its end', (whole: string) => cutAfter(whole, 9)],
    ['after a line', (whole: string) => `${cutAfter(whole, 9)}\n`],
    ['before its first line', () => ''],
    ['after its last line', (whole: string) => whole],
  ])('ends with the whole journal, cut off %s', async (_, journalOf) => {
    const { folder, journal, manifest } = await killed(journalOf);
    await record(folder, scenario(), 'resume');
    expect(contents(folder)).toMatchObject({ 'journal.jsonl': journal, 'manifest.json': manifest });
  });

  it('keeps every line when it is interrupted, so that the next attempt is held against them too', async () => {
    const { folder } = await killed((whole) => `${cutAfter(whole, 25)}\n`);
    const before = contents(folder);
    const controller = new AbortController();
    const stopped = record(folder, scenario(), 'resume', {
      signal: controller.signal,
      onProgress: ({ kind }) => {
        if (kind === 'step') controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    expect(contents(folder)['journal.jsonl'].startsWith(before['journal.jsonl'])).toBe(true);
  });

  it('keeps every line when it fails, and fails again', async () => {
    // What another seed wrote stands for what other code would have.
    const [folder, other] = [temporaryFolder(), temporaryFolder()];
    await record(folder, scenario(), 'refuse');
    await record(other, scenario(2), 'refuse');
    rmSync(join(folder, 'result.json'));
    writeFileSync(join(folder, 'journal.jsonl'), contents(other)['journal.jsonl']);
    const before = contents(folder);
    for (let attempt = 0; attempt < 2; attempt++) {
      await expect(record(folder, scenario(), 'resume')).rejects.toThrow('differs from what the killed run');
      expect(contents(folder)).toEqual(before);
    }
  });
});

describe('a run without a folder of its own', () => {
  const segments = (seed: number) => [{ fromRound: 0, scenario: scenario(seed) }];
  const before = process.cwd();
  beforeEach(() => {
    process.chdir(temporaryFolder());
  });
  afterEach(() => {
    process.chdir(before);
  });

  it('is resumed where it was begun, whichever came after it', async () => {
    for (const seed of [1, 2]) {
      const opened = await openRecord(undefined, segments(seed), 'refuse');
      expect(opened.folder).toBe(join('runs', `drawn-${seed}`));
      await recordRun(opened, { cacheFolder, workers: 'inline', command: '', files: 'figures' });
    }
    rmSync(join('runs', 'drawn-2', 'result.json'));
    const found = [];
    for (const seed of [1, 2, 3]) {
      const opened = await openRecord(undefined, segments(seed), 'resume');
      opened.release();
      found.push([opened.folder, opened.state]);
    }
    expect(found).toEqual([
      [join('runs', 'drawn-1'), 'finished'],
      [join('runs', 'drawn-2'), 'unfinished'],
      [join('runs', 'drawn-3'), 'new'],
    ]);
  });

  it('gets one that no other has, however many are started together', async () => {
    mkdirSync(join('runs', 'drawn-2'), { recursive: true });
    const opened = await Promise.all(
      [1, 2, 3].map((seed) => openRecord(undefined, segments(seed), 'refuse')),
    );
    for (const { release } of opened) release();
    expect(opened.map(({ folder }) => folder).sort()).toEqual(
      ['drawn-1', 'drawn-3', 'drawn-4'].map((name) => join('runs', name)),
    );
  });

  it('is refused where none can be made', async () => {
    writeFileSync('runs', 'a file');
    await expect(openRecord(undefined, segments(1), 'refuse')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining("runs can't be written") as string,
    });
  });
});
