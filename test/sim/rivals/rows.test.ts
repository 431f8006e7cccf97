import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { methods } from '../../../src/model/methods/registry.js';
import { testCells, tuningCells } from '../../../src/sim/rivals/cells.js';
import { givesHeldOut } from '../../../src/sim/rivals/held-out.js';
import { kindOf, methodFields, settingsOf, trialsEach, type Plan } from '../../../src/sim/rivals/rows.js';
import { readScenarioFile } from '../../../src/sim/scenario/scenario-file.js';
import { federations, plan } from './samples.js';

const known = ['feddymem', 'fed-proto', 'fedavg-cfa', 'local'];

describe('rows', () => {
  it('must give every method the same number of trials', () => {
    expect(trialsEach(plan.rows, known)).toBe(2);
    expect(() => trialsEach(plan.rows, [...known, 'pooled'])).toThrow(/no trials for pooled/);
    const [first, ...others] = plan.rows;
    expect(() => trialsEach([...others, { ...first, trials: [{}] }], known)).toThrow(
      /feddymem has 1 trials, fed-proto has 2/,
    );
    expect(() => trialsEach([...plan.rows, first], known)).toThrow(/two rows are called feddymem/);
    expect(() => trialsEach([...plan.rows, { name: 'x', method: 'local', like: 'y' }], known)).toThrow(
      /x is like y/,
    );
    expect(() => trialsEach([...plan.rows, { name: 'x', method: 'local' }], known)).toThrow(/neither/);
  });

  it('run with their chosen trial, with another row’s and changes, or with what is fixed', () => {
    const settings = (at: number, chosen: number | null) =>
      settingsOf(plan.rows[at], plan.rows, () => chosen);
    expect(settings(0, 1)).toEqual({ alignment: 'none' });
    expect(settings(1, 1)).toEqual({ alignment: 'none', rounds: 0 });
    expect(settings(1, null)).toBeNull();
    expect(settings(3, null)).toEqual({ rounds: 0, calibration: 'none' });
    expect(
      methodFields('local', { rounds: 4, 'memory.local': 5 }, { rounds: 1, 'training.steps': 2 }),
    ).toEqual({ name: 'local', rounds: 1, memory: { local: 5 }, training: { steps: 2 } });
  });

  it('know who shares and who gives held-out clients a detector', () => {
    const names = Object.keys(methods) as (keyof typeof methods)[];
    expect(names.filter(givesHeldOut)).toEqual(['feddymem', 'pooled', 'fed-patchcore', 'fed-proto']);
    expect(names.filter((name) => kindOf(name) === 'alone')).toEqual(
      names.filter((name) => name.startsWith('local')),
    );
    expect(kindOf('scaffold-simplenet')).toBe('federated');
  });
});

describe('cells', () => {
  const all = testCells(
    plan,
    federations,
    () => 0,
    ({ method }) => givesHeldOut(method),
  );

  it('set the method whole, so that nothing of a federation’s own settings is left', () => {
    const [cell] = tuningCells(plan, federations);
    expect(cell.changes[0]).toBe(
      'method={"name":"feddymem","rounds":2,"memory":{"local":60},"alignment":"minor"}',
    );
    expect(cell.changes).toContain('evaluate.split=validation');
    expect(all.every(({ changes }) => changes.includes('evaluate.split=test'))).toBe(true);
  });

  it('measure the rounds only of rows that exchange in them', () => {
    const measured = all.filter(({ changes }) => changes.includes('evaluate.rounds=["own"]'));
    expect([...new Set(measured.map(({ pass, row }) => `${pass} ${row}`))]).toEqual([
      'test feddymem',
      'test fedavg-cfa',
    ]);
  });

  it('come federation by federation, seed by seed, those with a client held out last', () => {
    const order = all.map(({ pass, federation, seed }) => `${pass} ${federation} ${seed}`);
    expect([...new Set(order)]).toEqual(
      ['test', 'unseen'].flatMap((pass) =>
        ['one 1', 'one 2', 'two 1', 'two 2'].map((rest) => `${pass} ${rest}`),
      ),
    );
    expect(new Set(all.filter(({ pass }) => pass === 'unseen').map(({ row }) => row))).toEqual(
      new Set(['feddymem', 'memory alone', 'fed-proto', 'fed-proto, as published']),
    );
  });

  it('have one hash for equal work, and another for any setting, seed, split or held-out client', () => {
    const hashes = new Set([...all, ...tuningCells(plan, federations)].map(({ settings }) => settings));
    expect(hashes.size).toBe(all.length + 2 * 2 * 4);
    const twins = { ...plan, rows: [...plan.rows, { ...plan.rows[2], name: 'again' }] };
    const again = testCells(
      twins,
      federations,
      () => 0,
      () => false,
    );
    const of = (name: string) => again.filter(({ row }) => row === name).map(({ settings }) => settings);
    expect(of('again')).toEqual(of('fed-proto'));
  });
});

describe('benchmarks/rivals', () => {
  it('has two trials for every method, all of them valid', async () => {
    const path = pathToFileURL('benchmarks/rivals/methods.mjs').href;
    const { common, rows } = (await import(path)) as Pick<Plan, 'common' | 'rows'>;
    expect(trialsEach(rows, Object.keys(methods))).toBe(2);
    const name = 'few-mixed-six';
    const read = new Map([[name, { name, raw: await readScenarioFile(`scenarios/${name}.yaml`) }]]);
    const real = { common, rows, federations: [name], tuning: { federations: [name], seed: 1 }, seeds: [1] };
    expect(tuningCells(real, read)).toHaveLength(2 * Object.keys(methods).length);
    expect(
      testCells(
        real,
        read,
        () => 1,
        () => false,
      ),
    ).toHaveLength(rows.length);
  });
});
