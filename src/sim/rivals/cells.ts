import { hashJson, type Json } from '../../base/hash.js';
import { parseScenario, withOverrides, type Override } from '../scenario/load.js';
import { changeText } from '../study/axes.js';
import { kindOf, methodFields, settingsOf, type Plan, type Row, type Settings } from './rows.js';

/** `tune`: a trial on the images set aside; `test`: reported; `unseen`: reported, with a client held out. */
export type Pass = 'tune' | 'test' | 'unseen';

/** A federation's scenario file as it says it, before defaults. */
export interface Federation {
  readonly name: string;
  readonly raw: unknown;
}

/** A run of a row on a federation. */
export interface RivalCell {
  readonly pass: Pass;
  readonly row: string;
  /** Index of the trial, from 0; null where the row has none. */
  readonly trial: number | null;
  readonly federation: string;
  readonly seed: number;
  /** Hash of all that decides what it computes, but for code and machine. */
  readonly settings: string;
  /** Changes to the federation's scenario, as `path=value`; held-out clients are named when it is run. */
  readonly changes: readonly string[];
}

/** Where a cell's figures stand: of two with one address only one counts. */
export function addressOf({
  pass,
  row,
  trial,
  federation,
  seed,
}: Pick<RivalCell, 'pass' | 'row' | 'trial' | 'federation' | 'seed'>): string {
  return JSON.stringify([pass, row, pass === 'tune' ? trial : null, federation, seed]);
}

/** Trials of the tuned rows: federation by federation, trial by trial, so that a stop leaves all rows alike. */
export function tuningCells(
  { common, rows, tuning }: Plan,
  federations: ReadonlyMap<string, Federation>,
): RivalCell[] {
  const tuned = rows.filter(({ trials }) => trials !== undefined);
  return tuning.federations.flatMap((name) =>
    tuned[0].trials!.flatMap((_, trial) =>
      tuned.map((row) =>
        cell('tune', row, trial, { ...common, ...row.trials![trial] }, federations.get(name)!, tuning.seed),
      ),
    ),
  );
}

/**
 * Reported runs: federation by federation, seed by seed; those with a client held out after all others.
 * @param chosen index of a tuned row's trial; null: not known yet, and its cells are left out
 * @param givesHeldOut whether a row's method gives a client that takes no part a detector
 */
export function testCells(
  { common, rows, seeds, federations: names }: Plan,
  federations: ReadonlyMap<string, Federation>,
  chosen: (row: Row) => number | null,
  givesHeldOut: (row: Row) => boolean,
): RivalCell[] {
  const cells = (pass: Pass, some: readonly Row[]) =>
    names.flatMap((name) =>
      seeds.flatMap((seed) =>
        some.flatMap((row) => {
          const settings = settingsOf(row, rows, chosen);
          if (settings === null) return [];
          const trial = row.trials === undefined ? null : chosen(row);
          return [cell(pass, row, trial, { ...common, ...settings }, federations.get(name)!, seed)];
        }),
      ),
    );
  return [...cells('test', rows), ...cells('unseen', rows.filter(givesHeldOut))];
}

function cell(
  pass: Pass,
  row: Row,
  trial: number | null,
  settings: Settings,
  { name, raw }: Federation,
  seed: number,
): RivalCell {
  const method = methodFields(row.method, settings);
  const rounds = pass === 'test' && exchangesInRounds(row, method) ? ['own'] : [];
  const overrides: Override[] = [
    { path: ['method'], value: method },
    { path: ['evaluate', 'rounds'], value: rounds },
    { path: ['evaluate', 'split'], value: pass === 'tune' ? 'validation' : 'test' },
    { path: ['evaluate', 'pixels'], value: false },
  ];
  const scenario = withOverrides(raw, [...overrides, { path: ['seed'], value: seed }]);
  parseScenario(scenario, `${name}, ${row.name}`);
  const settingsHash = hashJson({ scenario, heldOut: pass === 'unseen' } as Json).slice(0, 16);
  return {
    ...{ pass, row: row.name, trial, federation: name, seed },
    settings: settingsHash,
    changes: overrides.map(changeText),
  };
}

/** Only then does the round matter in which it gets where it ends. */
function exchangesInRounds({ method: name }: Row, method: unknown): boolean {
  const { rounds } = parseScenario({ name: 'x', data: { source: 'synthetic' }, method }, name).method;
  const kind = kindOf(name);
  return rounds > 0 && (kind === 'feddymem' || kind === 'federated');
}
