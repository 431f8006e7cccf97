import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFile } from '../../../src/sim/output/folder-lock.js';
import { openRecord, recordRun, type RecordOptions } from '../../../src/sim/output/record-run.js';
import type { RecordMode } from '../../../src/sim/output/run-folder.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import type { Scenario } from '../../../src/sim/scenario/schema.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from '../study/samples.js';

const cacheFolder = temporaryFolder();
const scenario = (seed = 1) => parseScenario({ ...drawn, seed }, 'drawn');
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

  it('stays whole when it is to be begun anew, but was finished meanwhile', async () => {
    const folder = temporaryFolder();
    await record(folder, scenario(), 'refuse');
    const before = contents(folder);
    const opened = await openRecord(folder, [{ fromRound: 0, scenario: scenario() }], 'restart');
    expect(opened).toMatchObject({ state: 'finished', replaces: [] });
    expect(contents(folder)).toEqual(before);
  });
});
