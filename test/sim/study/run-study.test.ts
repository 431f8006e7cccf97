import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runScenario } from '../../../src/sim/run/run-scenario.js';
import { cellScenario } from '../../../src/sim/study/cell-scenario.js';
import { cellState } from '../../../src/sim/study/cell-state.js';
import { planStudy } from '../../../src/sim/study/plan-study.js';
import { runStudy, type StudyProgress } from '../../../src/sim/study/run-study.js';
import { cellFolder, readStudy, writeStudy } from '../../../src/sim/study/study-file.js';
import { summarise, summaryTable } from '../../../src/sim/study/summary.js';
import { temporaryFolder, tinyScenario } from '../../support/tiny.js';
import {
  figuresOf,
  studyOver,
  readCellFile as read,
  smallStudy as small,
  studyOptions as options,
} from './samples.js';

describe('a study', () => {
  it('runs every cell as it would run alone', async () => {
    const study = small();
    const given = options();
    const { cells } = await runStudy(study, given);
    expect(await readStudy(given.folder)).toEqual(JSON.parse(JSON.stringify(study)));
    expect(cells.map(({ cell }) => cell.id)).toEqual(study.cells.map(({ id }) => id));
    for (const outcome of cells) {
      if (outcome.state !== 'finished') throw new Error(`${outcome.cell.id} is ${outcome.state}`);
      const scenario = cellScenario(study, outcome.cell);
      const alone = await runScenario(scenario, {
        ...{ workers: 'inline', cacheFolder: temporaryFolder(), results: 'off' },
      });
      expect(figuresOf(outcome.result)).toBe(figuresOf(alone.result));
    }
    const files = readdirSync(cellFolder(given.folder, study.cells[0])).sort();
    expect(files).toEqual(['journal.jsonl', 'manifest.json', 'result.json', 'scenario.yaml', 'scores.csv']);
  });

  it('does not depend on how many cells are in flight', async () => {
    const study = studyOver({ rounds: [0, 2] }, { seeds: [1, 2, 3] });
    const [one, many] = [options({ cellsAtOnce: 1 }), options({ cellsAtOnce: 6 })];
    await runStudy(study, one);
    await runStudy(study, many);
    for (const cell of study.cells.keys()) {
      expect(read(many.folder, study, cell, 'journal.jsonl')).toBe(
        read(one.folder, study, cell, 'journal.jsonl'),
      );
      expect(read(many.folder, study, cell, 'scores.csv')).toBe(read(one.folder, study, cell, 'scores.csv'));
    }
  });

  it('begins no cell once it may not, and goes on where it may again', async () => {
    const study = small();
    const given = options({ cellsAtOnce: 1 });
    let asked = 0;
    const stopped = await runStudy(study, { ...given, mayStart: () => ++asked <= 2 });
    expect(stopped.cells.map(({ state }) => state)).toEqual([
      'finished',
      'finished',
      'elsewhere',
      'elsewhere',
    ]);
    const { cells } = await runStudy(study, given);
    expect(cells.map((cell) => cell.state === 'finished' && cell.before)).toEqual([true, true, false, false]);
  });

  it('computes once what cells in flight need at the same time', async () => {
    const [one, four] = [['top-5'], ['top-5', 'max', 'top-percent']].map((values) =>
      studyOver({ 'method.imageScore': values }),
    );
    const alone = await runStudy(one, options());
    const together = await runStudy(four, options({ cellsAtOnce: 3 }));
    expect(together.jobs.computed).toBe(alone.jobs.computed);
    expect(together.jobs.reused).toBe(2 * alone.jobs.computed);
  });

  it('computes features once', async () => {
    const study = studyOver({ rounds: [0, 1, 2] }, { scenario: tinyScenario });
    const given = options({ cellsAtOnce: 3 });
    expect((await planStudy(study, given)).features).toMatchObject({ cached: 0 });
    await runStudy(study, given);
    const plan = await planStudy(study, { ...given, folder: temporaryFolder() });
    expect(plan.features!.images).toBeGreaterThan(30);
    expect(plan.features!.cached).toBe(plan.features!.images);
    const entries = readdirSync(join(given.cacheFolder, 'features'), {
      recursive: true,
      withFileTypes: true,
    });
    expect(entries.filter((entry) => entry.isFile())).toHaveLength(plan.features!.images);
  });

  it('records a cell that fails, goes on with the others, and tries it again', async () => {
    const study = studyOver({ 'method.memory.local': [5000, 8] });
    const given = options();
    const { cells } = await runStudy(study, given);
    expect(cells.map(({ state }) => state)).toEqual(['failed', 'finished']);
    expect(JSON.parse(read(given.folder, study, 0, 'error.json'))).toEqual({
      code: 'bad-input',
      message: expect.stringContaining('5000 slots') as string,
      hint: expect.stringContaining('Use at most') as string,
    });
    expect(readdirSync(cellFolder(given.folder, study.cells[0]))).toEqual(['error.json']);
    expect(summaryTable(study, summarise(cells))[1]).toEqual(['5000', '0 (1 failed)', 'n/a', 'n/a', 'n/a']);
    const seen: StudyProgress[] = [];
    await runStudy(study, { ...given, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ kind }) => kind)).toEqual(['opened', 'started', 'ended']);
    expect(seen[0]).toEqual({ kind: 'opened', todo: 1, finished: 1 });
  });

  it('stops, keeps what it has, and goes on', async () => {
    const study = studyOver({ clients: [2, 3, 4] }, { seeds: [1, 2] });
    const given = options({ cellsAtOnce: 2 });
    const controller = new AbortController();
    const stopped = runStudy(study, {
      ...given,
      signal: controller.signal,
      onProgress: ({ kind }) => {
        if (kind === 'ended') controller.abort();
      },
    });
    await expect(stopped).rejects.toMatchObject({ code: 'interrupted' });
    const states = await Promise.all(study.cells.map((cell) => cellState(given.folder, cell)));
    expect(states).toContain('finished');
    expect(states).toContain('missing');
    expect(states).not.toContain('failed');
    const { cells } = await runStudy(study, given);
    expect(cells.filter((cell) => cell.state === 'finished' && cell.before)).toHaveLength(
      states.filter((state) => state === 'finished').length,
    );
    expect(cells.every(({ state }) => state === 'finished')).toBe(true);
  });

  it('ends with what fails beside its cells, once those in flight have ended', async () => {
    const study = studyOver({ clients: [2, 3, 4] }, { seeds: [1, 2] });
    const given = options({ cellsAtOnce: 2 });
    let ended = 0;
    const broken = runStudy(study, {
      ...given,
      onProgress: ({ kind }) => {
        if (kind === 'ended' && ended++ === 0) throw new Error('nobody listens');
      },
    });
    await expect(broken).rejects.toThrow('nobody listens');
    const states = await Promise.all(study.cells.map((cell) => cellState(given.folder, cell)));
    // The one that was told, and the one beside it.
    expect(states.filter((state) => state === 'finished')).toHaveLength(2);
    expect(states.filter((state) => state === 'missing')).toHaveLength(4);
  });

  it('says which result is damaged, and what to do', async () => {
    const study = studyOver({ rounds: [0] });
    const given = options();
    await runStudy(study, given);
    const folder = cellFolder(given.folder, study.cells[0]);
    writeFileSync(join(folder, 'result.json'), '');
    await expect(runStudy(study, given)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(join(folder, 'result.json')) as string,
      hint: `Remove ${folder} and run it again.`,
    });
  });

  it('knows what is wrong with a cell before anything is run', async () => {
    const given = options();
    await expect(runStudy(studyOver({ method: ['feddymem', 'fedmem'] }), given)).rejects.toThrow(
      /cell method=fedmem_seed=1: method.name is "fedmem"/,
    );
    expect(readdirSync(given.folder)).toEqual([]);
    const { cells, ...study } = studyOver({ rounds: [0] });
    await expect(runStudy({ ...study, cells: [...cells, ...cells] }, given)).rejects.toThrow(
      'two cells called',
    );
  });
});

describe('study.json', () => {
  it('says where it can’t be written or read', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(writeStudy(file, small())).rejects.toMatchObject({ code: 'bad-input' });
    await expect(readStudy(file)).rejects.toThrow('study.json');
  });
});

describe('the table', () => {
  it('has means and deviations over seeds', async () => {
    const study = studyOver({ method: ['feddymem'] }, { seeds: [1, 2] });
    const { cells } = await runStudy(study, options());
    const results = cells.flatMap((cell) => (cell.state === 'finished' ? [cell.result] : []));
    const [row] = summarise(cells);
    const own = results.map(({ mean }) => mean.own!.imageAuroc!);
    expect(row.own.mean).toBeCloseTo((own[0] + own[1]) / 2, 12);
    expect(row.own.deviation).toBeCloseTo(Math.abs(own[0] - own[1]) / Math.SQRT2, 12);
    expect(row.bytesPerRound.mean).toBeCloseTo(
      results.reduce((sum, { bytes }) => sum + bytes.up + bytes.down, 0) / 2 / 3,
      9,
    );
    expect(summaryTable(study, [row])).toEqual([
      ['method', 'n', 'own AUROC', 'global AUROC', 'bytes a round'],
      ['feddymem', '2', expect.any(String), expect.any(String), expect.stringMatching(/B/)],
    ]);
  });

  it('says the n of a mean that is not over all its runs', async () => {
    const study = studyOver({ method: ['feddymem'] }, { seeds: [1, 2] });
    const [first, second] = (await runStudy(study, options())).cells;
    if (second.state !== 'finished') throw new Error('a cell has failed');
    const { own, ...mean } = second.result.mean;
    const without = { ...second, result: { ...second.result, mean: { ...mean, own: { ...own!, imageAuroc: null } } } }; // prettier-ignore
    const [, [, n, shown, global]] = summaryTable(study, summarise([first, without]));
    expect([n, shown]).toEqual(['2', expect.stringMatching(/^\.\d{3} \(n = 1\)$|^1\.000 \(n = 1\)$/)]);
    expect(global).not.toContain('n = ');
  });
});
