import { badInput } from '../../base/errors.js';
import type { MethodName } from '../../model/methods/registry.js';
import { withOverrides } from '../scenario/load.js';

/** Settings of a method: fields under `method` by their path, such as `training.learningRate`. */
export type Settings = Readonly<Record<string, unknown>>;

/** A row of the table: a method with its settings, tuned, fixed, or those of another row with changes. */
export interface Row {
  readonly name: string;
  readonly method: MethodName;
  /** Settings to choose from. */
  readonly trials?: readonly Settings[];
  /** The row whose chosen settings it takes. */
  readonly like?: string;
  /** Fixed settings, or changes to those of `like`. */
  readonly settings?: Settings;
}

/** What is compared, on what, and how it is tuned. */
export interface Plan {
  /** Settings of every row, where it says nothing else. */
  readonly common: Settings;
  readonly rows: readonly Row[];
  /** In the order in which they are run. */
  readonly federations: readonly string[];
  readonly tuning: { readonly federations: readonly string[]; readonly seed: number };
  readonly seeds: readonly number[];
}

/** `federated`: exchanges something with others; `alone`: nothing; `pooled`: all data in one place. */
export type Kind = 'feddymem' | 'federated' | 'alone' | 'pooled';

export function kindOf(method: MethodName): Kind {
  if (method === 'feddymem' || method === 'pooled') return method;
  return method === 'local' || method.startsWith('local-') ? 'alone' : 'federated';
}

/**
 * How many trials every tuned row has.
 * @param known the methods there are: each needs a tuned row
 * @throws FeddymemError (bad-input) naming the row that differs, or the method without one
 */
export function trialsEach(rows: readonly Row[], known: readonly string[]): number {
  const tuned = rows.filter(({ trials }) => trials !== undefined);
  const missing = known.filter((method) => !tuned.some((row) => row.method === method));
  if (missing.length > 0)
    throw badInput(`no trials for ${missing.join(', ')}`, 'Every method needs a row with trials.');
  const count = tuned[0].trials!.length;
  for (const { name, trials } of tuned) {
    if (trials!.length === count && count > 0) continue;
    throw badInput(
      `${name} has ${trials!.length} trials, ${tuned[0].name} has ${count}`,
      'Give every method the same number.',
    );
  }
  const names = rows.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw badInput(`two rows are called ${twice}`, 'Give each a name of its own.');
  for (const { name, like, trials, settings } of rows) {
    if (like !== undefined && !tuned.some((row) => row.name === like))
      throw badInput(`${name} is like ${like}, which has no trials`, 'Name a row that is tuned.');
    if (trials === undefined && settings === undefined)
      throw badInput(`${name} has neither trials nor settings`, 'Give it one of them.');
  }
  return count;
}

/**
 * What a row runs with, but for what all rows have in common.
 * @param chosen the index of a tuned row's trial; null where it is not known yet
 * @returns null where settings depend on a trial that is not known yet
 */
export function settingsOf(
  row: Row,
  rows: readonly Row[],
  chosen: (row: Row) => number | null,
): Settings | null {
  const base = row.like === undefined ? row : rows.find(({ name }) => name === row.like)!;
  if (base.trials === undefined) return row.settings ?? {};
  const trial = chosen(base);
  return trial === null ? null : { ...base.trials[trial], ...(row.like !== undefined && row.settings) };
}

/** `method` of a scenario, whole, so that nothing of a federation's own settings is left. */
export function methodFields(method: MethodName, ...settings: readonly Settings[]): unknown {
  const given: Settings = Object.assign({}, ...settings) as Settings;
  return withOverrides(
    { name: method },
    Object.entries(given).map(([path, value]) => ({ path: path.split('.'), value })),
  );
}
