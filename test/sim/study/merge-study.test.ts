import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lockFolder } from '../../../src/sim/output/folder-lock.js';
import { mergeStudies } from '../../../src/sim/study/merge-study.js';
import { runStudy, type StudyOptions } from '../../../src/sim/study/run-study.js';
import { cellFolder, readStudy, writeStudy } from '../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../support/tiny.js';
import { studyOver } from './samples.js';

const cacheFolder = temporaryFolder();
const study = studyOver({ 'method.memory.local': [5000, 8, 6], rounds: [0, 1] });
const run = (folder: string, options: Partial<StudyOptions> = {}) =>
  runStudy(study, { folder, cacheFolder, workers: 'inline', ...options });
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('.duckdb'))
    .sort();
const resultIn = (folder: string, cell: number) => join(cellFolder(folder, study.cells[cell]), 'result.json');

describe('the parts of a study', () => {
  const parts = [temporaryFolder(), temporaryFolder()];
  const whole = temporaryFolder();
  beforeAll(async () => {
    for (const [at, folder] of parts.entries()) await run(folder, { shard: { part: at + 1, of: 2 } });
    await run(whole);
  });

  it('are together what one run is', async () => {
    const merged = join(temporaryFolder(), 'merged');
    expect(await mergeStudies(merged, parts)).toMatchObject({
      finished: 4,
      failed: 2,
      missing: 0,
      copied: 6,
    });
    expect(filesOf(merged)).toEqual(filesOf(whole));
    for (const { id } of study.cells) {
      const scores = (folder: string) => {
        const path = join(cellFolder(folder, { id }), 'scores.csv');
        return existsSync(path) ? readFileSync(path, 'utf8') : null;
      };
      expect(scores(merged)).toBe(scores(whole));
    }
    const { cells, jobs } = await run(merged);
    expect(cells.map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      ...Array<string>(4).fill('finished'),
    ]);
    expect(jobs).toEqual({ computed: 0, reused: 0 });
  });

  it('are gone on with by the command of the whole', async () => {
    const ofPart = temporaryFolder();
    await run(ofPart, { shard: { part: 1, of: 2 } });
    const command = "feddymem sweep s.yaml --seeds 2 --shard 1/2 --out='part 1' --workers 2";
    await writeStudy(ofPart, { ...study, command });
    const merged = join(temporaryFolder(), 'both parts');
    const wanted = `feddymem sweep s.yaml --seeds 2 --workers 2 --out '${merged}'`;
    expect((await mergeStudies(merged, [ofPart, parts[1]])).study.command).toBe(wanted);
    expect((await readStudy(merged)).command).toBe(wanted);
  });

  it('leave alone what another process runs', async () => {
    const merged = temporaryFolder();
    await mergeStudies(merged, [parts[0]]);
    const own = cellFolder(merged, study.cells[3]);
    mkdirSync(own, { recursive: true });
    const release = await lockFolder(own);
    const before = filesOf(merged);
    await expect(mergeStudies(merged, parts)).rejects.toThrow('is being written by');
    expect(filesOf(merged)).toEqual(before);
    release();
    expect(await mergeStudies(merged, parts)).toMatchObject({ finished: 4, missing: 0 });
  });

  it('tell what is still missing, and join a part that has run on', async () => {
    const merged = temporaryFolder();
    expect(await mergeStudies(merged, [parts[0]])).toMatchObject({ finished: 2, failed: 1, missing: 3 });
    expect(await mergeStudies(merged, [whole, parts[1]])).toMatchObject({
      finished: 4,
      failed: 2,
      copied: 3,
    });
    expect(await mergeStudies(merged, parts)).toMatchObject({ copied: 0 });
  });

  it('may have cells in common that agree in all but their time and place', async () => {
    const again = temporaryFolder();
    await run(again, { results: 'recompute' });
    const path = resultIn(again, 2);
    const result = JSON.parse(readFileSync(path, 'utf8')) as { versions: object };
    const elsewhere = { ...result, versions: { cpu: 'another' } };
    writeFileSync(path, JSON.stringify(elsewhere));
    await expect(mergeStudies(temporaryFolder(), [whole, again])).resolves.toMatchObject({ finished: 4 });
  });

  it.each([
    ['a figure', (text: string) => text.replace(/"virtualSeconds": 0/, '"virtualSeconds": 9'), 'result.json'],
    ['a score', (text: string) => text.replace(/,\S+\n$/, ',7\n'), 'scores.csv'],
  ])('are refused where %s of a cell differs, and nothing is copied', async (_, change, name) => {
    const other = temporaryFolder();
    await run(other);
    const path = join(cellFolder(other, study.cells[3]), name);
    const text = readFileSync(path, 'utf8');
    expect(change(text)).not.toBe(text);
    writeFileSync(path, change(text));
    const merged = temporaryFolder();
    await expect(mergeStudies(merged, [whole, other])).rejects.toThrow(
      `cell ${study.cells[3].id} has other results`,
    );
    expect(readdirSync(join(merged, 'cells'))).toEqual([]);
  });

  it('are of one study', async () => {
    const other = temporaryFolder();
    await runStudy(studyOver({ rounds: [0] }), { folder: other, cacheFolder, workers: 'inline' });
    await expect(mergeStudies(temporaryFolder(), [whole, other])).rejects.toThrow('is no part of the study');
    await expect(mergeStudies(other, parts)).rejects.toThrow('holds another study');
    await expect(mergeStudies(temporaryFolder(), [temporaryFolder()])).rejects.toThrow('study.json');
  });

  it('do not bring half a run along, and leave none behind', async () => {
    const half = temporaryFolder();
    await run(half);
    rmSync(resultIn(half, 4));
    expect(await mergeStudies(temporaryFolder(), [half])).toMatchObject({ finished: 3, missing: 1 });
    expect(await mergeStudies(half, [whole])).toMatchObject({ finished: 4, missing: 0, copied: 1 });
    expect(filesOf(half)).toEqual(filesOf(whole));
  });
});
