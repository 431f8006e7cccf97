import { addressOf, type Federation, type RivalCell } from '../../../src/sim/rivals/cells.js';
import { noFigures, type Figure, type Figures, type Measured } from '../../../src/sim/rivals/figures.js';
import type { Plan } from '../../../src/sim/rivals/rows.js';

/** Two federations, a method of every kind, two trials each. */
export const plan: Plan = {
  common: { rounds: 2, 'memory.local': 60 },
  rows: [
    { name: 'feddymem', method: 'feddymem', trials: [{ alignment: 'minor' }, { alignment: 'none' }] },
    { name: 'memory alone', method: 'feddymem', like: 'feddymem', settings: { rounds: 0 } },
    { name: 'fed-proto', method: 'fed-proto', trials: [{ rounds: 0 }, { rounds: 0, alignment: 'none' }] },
    { name: 'fed-proto, as published', method: 'fed-proto', settings: { rounds: 0, calibration: 'none' } },
    { name: 'fedavg-cfa', method: 'fedavg-cfa', trials: [{}, { 'training.learningRate': 0.01 }] },
    { name: 'local', method: 'local', trials: [{}, { alignment: 'none' }] },
  ],
  federations: ['one', 'two'],
  tuning: { federations: ['one', 'two'], seed: 1 },
  seeds: [1, 2],
};

export const federations: ReadonlyMap<string, Federation> = new Map(
  plan.federations.map((name) => [
    name,
    {
      name,
      raw: { name, data: { source: 'synthetic' }, method: { patches: 700 }, evaluate: { validation: 0.2 } },
    },
  ]),
);

export const code = 'c0de';

/** A cell's figures, made up. */
export function measuredOf(cell: RivalCell, auroc: number, changes: Partial<Measured> = {}): Measured {
  const { pass, row, trial, federation, seed, settings } = cell;
  const view = { auroc, ap: auroc, worst: auroc };
  return {
    ...{ state: 'measured', pass, row, trial, federation, seed, settings, code },
    split: pass === 'tune' ? 'validation' : 'test',
    ...(pass === 'unseen' ? { unseen: view } : { own: view, global: view }),
    ...{ clients: 3, rounds: 2, bytesPerRound: 1000, bytesOnce: 100, bytesTotal: 3100, bytesToShare: 2100 },
    ...{ cpu: 'a processor', versions: 'v' },
    ...changes,
  };
}

export function failedOf({ pass, row, trial, federation, seed, settings }: RivalCell, error: string): Figure {
  return { state: 'failed', pass, row, trial, federation, seed, settings, code, error };
}

export function figuresWith(cells: readonly Figure[]): Figures {
  return {
    ...noFigures,
    versions: { v: { feddymem: '1.2.3', node: '20' } },
    cells: new Map(cells.map((cell) => [addressOf(cell), cell])),
  };
}
