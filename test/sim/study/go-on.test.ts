import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockFile } from '../../../src/sim/output/folder-lock.js';
import { cellState } from '../../../src/sim/study/cell-state.js';
import { planStudy } from '../../../src/sim/study/plan-study.js';
import { runStudy } from '../../../src/sim/study/run-study.js';
import { cellFolder } from '../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../support/tiny.js';
import {
  drawn,
  studyOver,
  readCellFile as read,
  smallStudy as small,
  studyOptions as options,
} from './samples.js';

/** Every file below a folder, and what is in it. */
const filesIn = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );

describe('a study that was begun before', () => {
  it('leaves finished cells as they are and makes the missing ones', async () => {
    const study = small();
    const given = options();
    await runStudy(study, given);
    rmSync(cellFolder(given.folder, study.cells[2]), { recursive: true });
    writeFileSync(join(cellFolder(given.folder, study.cells[1]), 'note.txt'), 'mine');
    const before = read(given.folder, study, 1, 'result.json');
    const { cells, otherCode } = await runStudy(study, given);
    expect(cells.map((each) => each.state === 'finished' && each.before)).toEqual([true, true, false, true]);
    expect(read(given.folder, study, 1, 'result.json')).toBe(before);
    expect(read(given.folder, study, 1, 'note.txt')).toBe('mine');
    expect(otherCode).toBe(0);
  });

  it('goes on with a cell that was killed, and is held against what it had written', async () => {
    const study = small();
    const given = options();
    await runStudy(study, given);
    const journal = read(given.folder, study, 0, 'journal.jsonl');
    const own = cellFolder(given.folder, study.cells[0]);
    rmSync(join(own, 'result.json'));
    truncateSync(join(own, 'journal.jsonl'), journal.length >> 1);
    expect(await cellState(given.folder, study.cells[0])).toBe('unfinished');
    const { cells } = await runStudy(study, given);
    expect(cells.every(({ state }) => state === 'finished')).toBe(true);
    expect(read(given.folder, study, 0, 'journal.jsonl')).toBe(journal);
    // Events that this cell would not have had are a failure; who then asks again begins anew.
    rmSync(join(own, 'result.json'));
    writeFileSync(join(own, 'journal.jsonl'), read(given.folder, study, 2, 'journal.jsonl'));
    const [first] = (await runStudy(study, given)).cells;
    expect(first).toMatchObject({
      state: 'failed',
      error: {
        message: expect.stringContaining('differs') as string,
        hint: expect.stringContaining('the same command begins the cell anew') as string,
      },
    });
    const [again] = (await runStudy(study, given)).cells;
    expect(again.state).toBe('finished');
    expect(read(given.folder, study, 0, 'journal.jsonl')).toBe(journal);
  });

  it('knows cells that an earlier form of a user’s module has made, and takes up none that it began', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'flat.mjs');
    const generator = (start: number) =>
      `export const generator = {
        parameterShapes: (dimensions) => [[dimensions]],
        initialise: (dimensions) => [new Float32Array(dimensions).fill(${start})],
        embed: (ops, [scale], points) => ops.multiply(points, scale),
      };\n`;
    writeFileSync(path, generator(1));
    const study = studyOver({ rounds: [0, 1], 'method.training.generator': [path] });
    const given = options();
    await runStudy(study, given);
    expect((await runStudy(study, given)).otherCode).toBe(0);
    writeFileSync(path, generator(0.5));
    rmSync(join(cellFolder(given.folder, study.cells[1]), 'result.json'));
    const { cells, otherCode } = await runStudy(study, given);
    expect(otherCode).toBe(1);
    expect(cells.map(({ state }) => state)).toEqual(['finished', 'finished']);
  });

  it('begins a cell anew that other code has begun, and tells of those that it has finished', async () => {
    const study = small();
    const given = options();
    await runStudy(study, given);
    for (const cell of [0, 1]) {
      const path = join(cellFolder(given.folder, study.cells[cell]), 'manifest.json');
      writeFileSync(path, readFileSync(path, 'utf8').replace(/"code": "../, '"code": "zz'));
    }
    const own = cellFolder(given.folder, study.cells[0]);
    rmSync(join(own, 'result.json'));
    writeFileSync(join(own, 'journal.jsonl'), '{"sequence":0}\n');
    const { cells, otherCode } = await runStudy(study, given);
    expect(cells[0].state).toBe('finished');
    expect(otherCode).toBe(1);
  });

  it('is not run into the folder of another one, unless by force', async () => {
    const given = options();
    await runStudy(studyOver({ rounds: [0] }), given);
    const other = studyOver({ rounds: [0, 1] });
    await expect(runStudy(other, given)).rejects.toThrow('holds another study');
    await expect(planStudy(other, given)).rejects.toThrow('holds another study');
    writeFileSync(join(given.folder, 'notes.md'), 'mine');
    await runStudy(other, { ...given, force: true });
    expect(readdirSync(join(given.folder, 'cells')).sort()).toEqual(other.cells.map(({ id }) => id).sort());
    expect(existsSync(join(given.folder, 'notes.md'))).toBe(true);
    const elsewhere = { ...other, scenario: '/another/path.yaml', command: 'feddymem sweep' };
    expect((await runStudy(elsewhere, given)).jobs).toEqual({ computed: 0, reused: 0 });
  });

  it('stays where the one that replaces it has no data', async () => {
    const given = options();
    await runStudy(studyOver({ rounds: [0] }), given);
    const before = filesIn(given.folder);
    const folders = { ...drawn, backbone: { name: 'oriented-filters' }, clients: undefined };
    const other = studyOver(
      { seed: [3] },
      { scenario: { ...folders, data: { source: 'folder', sets: [join(given.folder, 'nothing')] } } },
    );
    await expect(runStudy(other, { ...given, force: true })).rejects.toMatchObject({ code: 'bad-input' });
    expect(filesIn(given.folder)).toEqual(before);
  });

  it('takes with it what was made of it when it is replaced', async () => {
    const given = options();
    const study = studyOver({ rounds: [0] });
    await runStudy(study, given);
    mkdirSync(join(given.folder, 'plots'));
    const made = ['ablation.json', 'report.html', 'study.duckdb', join('plots', 'axis-1.svg')];
    for (const name of made) writeFileSync(join(given.folder, name), '');
    await runStudy(study, { ...given, force: true });
    expect(readdirSync(given.folder).sort()).toEqual(['cells', 'study.json']);
  });

  it('leaves a cell alone that another process runs, and takes over what one has finished meanwhile', async () => {
    const study = small();
    const [given, other] = [options({ cellsAtOnce: 1 }), options()];
    await runStudy(study, other);
    const [first, second] = study.cells.map((cell) => cellFolder(given.folder, cell));
    mkdirSync(first, { recursive: true });
    writeFileSync(join(first, lockFile), JSON.stringify({ process: process.ppid, host: hostname() }));
    const { cells } = await runStudy(study, {
      ...given,
      onProgress(progress) {
        if (progress.kind === 'started' && progress.cell.id === study.cells[1].id)
          cpSync(cellFolder(other.folder, study.cells[1]), second, { recursive: true });
      },
    });
    expect(cells.map(({ state }) => state)).toEqual(['elsewhere', 'finished', 'finished', 'finished']);
    expect(cells[0]).toMatchObject({ reason: `${first} is being written by process ${process.ppid}` });
    expect(readdirSync(first)).toEqual([lockFile]);
    expect(filesIn(second)).toEqual(
      Object.fromEntries(
        Object.entries(filesIn(cellFolder(other.folder, study.cells[1]))).map(([path, text]) => [
          path.replace(other.folder, given.folder),
          text,
        ]),
      ),
    );
    await expect(runStudy(study, { ...given, force: true })).rejects.toThrow('is being written by');
    expect(existsSync(join(second, 'result.json'))).toBe(true);
  });
});
