import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { gridDimension } from '../../../src/sim/study/axes.js';
import { cellScenario, cellScenarios } from '../../../src/sim/study/cell-scenario.js';
import { defineSweep } from '../../../src/sim/study/define-sweep.js';
import { isSweepFile, readSweep } from '../../../src/sim/study/sweep-file.js';
import { studySchema, type Study } from '../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from './samples.js';

const folder = temporaryFolder();
writeFileSync(join(folder, 'drawn.yaml'), stringify(drawn));
let count = 0;

function sweepFile(fields: object): string {
  const path = join(folder, `sweep-${++count}.yaml`);
  writeFileSync(path, stringify({ scenario: 'drawn.yaml', ...fields }));
  return path;
}

const studyOf = async (fields: object): Promise<Study> => defineSweep(await readSweep(sweepFile(fields)));
const axesOf = (study: Study) => study.cells.map(({ axes }) => Object.values(axes));

describe('a sweep file', () => {
  it('makes a cell for every combination and seed', async () => {
    const study = await studyOf({ grid: { clients: [2, 3], method: ['feddymem', 'local'] }, seeds: 2 });
    expect(study.seeds).toEqual([1, 2]);
    expect(study.axes).toEqual([
      { name: 'clients', values: [2, 3] },
      { name: 'method', values: ['feddymem', 'local'] },
    ]);
    expect(study.cells.map(({ id }) => id)).toEqual(
      [2, 3].flatMap((clients) =>
        ['feddymem', 'local'].flatMap((method) =>
          [1, 2].map((seed) => `clients=${clients}_method=${method}_seed=${seed}`),
        ),
      ),
    );
    expect(studySchema.parse(JSON.parse(JSON.stringify(study)))).toEqual(JSON.parse(JSON.stringify(study)));
    const scenarios = cellScenarios(study);
    const { clients, method, seed } = scenarios.get('clients=3_method=local_seed=2')!;
    expect([clients, method.name, seed]).toEqual([3, 'local', 2]);
  });

  it('zips what belongs together, in one group or in several', async () => {
    const upload = { 'method.memory.upload': [2, 4], 'method.memory.global': [5, 10] };
    expect(axesOf(await studyOf({ zip: upload }))).toEqual([
      [2, 5],
      [4, 10],
    ]);
    const two = await studyOf({ zip: [upload, { clients: [2, 3], rounds: [0, 1] }] });
    expect(axesOf(two)).toEqual([
      [2, 5, 2, 0],
      [2, 5, 3, 1],
      [4, 10, 2, 0],
      [4, 10, 3, 1],
    ]);
  });

  it('takes cells one by one; what one leaves out is as in the scenario', async () => {
    const study = await studyOf({ list: [{ method: 'local' }, { rounds: 0, holdOut: ['client-2'] }] });
    expect(study.axes.map(({ name }) => name)).toEqual(['method', 'rounds', 'holdOut']);
    expect(axesOf(study)).toEqual([
      ['local', 2, '[]'],
      ['feddymem', 0, '["client-2"]'],
    ]);
    expect(cellScenario(study, study.cells[1]).holdOut).toEqual(['client-2']);
  });

  it('counts cells once that a list comes back to', async () => {
    const list = [{ clients: 2 }, { clients: 3 }, { rounds: 2 }, { rounds: 1 }];
    const study = await studyOf({ list, seeds: 2 });
    expect(study.cells.map(({ axes, seed }) => [...Object.values(axes), seed])).toEqual(
      [[2, 2], [3, 2], [2, 1]].flatMap((point) => [[...point, 1], [...point, 2]]), // prettier-ignore
    );
  });

  it('has seeds of its own choice, and changes that all cells have', async () => {
    const study = await studyOf({ seeds: [7, 3], set: { rounds: 1, 'method.memory.local': 6 } });
    expect(study.cells.map(({ id }) => id)).toEqual(['seed=7', 'seed=3']);
    const { method } = cellScenario(study, study.cells[0]);
    expect([method.rounds, method.memory.local, method.memory.upload]).toEqual([1, 6, 4]);
  });

  it('can change the source of data, whose backbone then goes', async () => {
    const images = { name: 'images', data: { source: 'synthetic' } };
    writeFileSync(join(folder, 'images.yaml'), stringify(images));
    const study = await studyOf({
      scenario: 'images.yaml',
      grid: { data: [{ source: 'features' }, { source: 'synthetic' }] },
    });
    const [features, synthetic] = study.cells.map((cell) => cellScenario(study, cell));
    expect(features).toEqual(parseScenario({ ...images, data: { source: 'features' } }, 'features'));
    expect(synthetic).toEqual(parseScenario(images, 'synthetic'));
  });

  it.each<[string, object, string]>([
    ['an unknown key', { grids: {} }, 'Unrecognized key: "grids"'],
    ['no values', { grid: { clients: [] } }, 'grid.clients'],
    [
      'a field twice',
      { grid: { rounds: [1] }, list: [{ 'method.rounds': 2 }] },
      'method.rounds is swept twice',
    ],
    [
      'a block with a field of it, over two axes',
      { grid: { rounds: [1, 2], method: [{ name: 'local' }] } },
      'method.rounds is swept, and so is method, which it is a part of',
    ],
    [
      'a block with a field of it, in one cell',
      { list: [{ 'method.memory.upload': 3, 'method.memory': { upload: 4 } }] },
      'method.memory.upload is swept, and so is method.memory',
    ],
    ['a value twice', { grid: { clients: [2, 3, 2] } }, 'clients=2 is given twice'],
    [
      'a cell twice',
      {
        list: [
          { clients: 2, rounds: 1 },
          { clients: 2, 'method.rounds': 1 },
        ],
      },
      'given twice',
    ],
    ['seeds as an axis', { grid: { seed: [1, 2] } }, 'seed is no axis'],
    ['a seed twice', { seeds: [1, 1] }, 'one is given twice'],
    ['more seeds than a list holds', { grid: {}, seeds: 5_000_000_000 }, '5000000000 cells'],
    ['too many cells', { grid: { rounds: [...Array(500).keys()] }, seeds: 500 }, '250000 cells'],
  ])('refuses %s', async (_, fields, message) => {
    await expect(studyOf(fields)).rejects.toThrow(message);
  });

  it('names the cell whose scenario is wrong', async () => {
    const study = await studyOf({ grid: { methd: ['local'] } });
    expect(() => cellScenarios(study)).toThrow(
      /cell methd=local_seed=1: unknown key methd; did you mean method/,
    );
  });

  it('is told from a scenario', async () => {
    expect(await isSweepFile(sweepFile({}))).toBe(true);
    expect(await isSweepFile(join(folder, 'drawn.yaml'))).toBe(false);
    expect(await isSweepFile(join(folder, 'missing.yaml'))).toBe(false);
  });
});

it('one axis twice in a group is refused', async () => {
  const point = [
    { axis: 'clients', value: 2 },
    { axis: 'clients', value: 3 },
  ];
  const scenario = join(folder, 'drawn.yaml');
  await expect(defineSweep({ scenario, set: [], dimensions: [[point]] })).rejects.toThrow('swept twice');
  const fine = await defineSweep({ scenario, set: [], dimensions: [gridDimension('clients', [2])] });
  expect(fine.name).toBe('drawn');
});
