import type { ViewName } from '../report/views.js';
import type { Measured } from './figures.js';

/** One number a row, federation and seed. */
export type Values = ReadonlyMap<string, readonly Value[]>;
export interface Value {
  readonly federation: string;
  readonly seed: number;
  readonly value: number;
}

/** By row. Cells without that number are left out. */
export function valuesOf(figures: readonly Measured[], pick: (figure: Measured) => number | null): Values {
  const rows = new Map<string, Value[]>();
  for (const figure of figures) {
    const value = pick(figure);
    if (value === null) continue;
    const { row, federation, seed } = figure;
    rows.set(row, [...(rows.get(row) ?? []), { federation, seed, value }]);
  }
  return rows;
}

/** Image AUROC in a view, from the pass that measures it: `unseen` with a client held out, the others with all there. */
export function aurocOf(figures: readonly Measured[], view: ViewName): Values {
  const pass = view === 'unseen' ? 'unseen' : 'test';
  return valuesOf(
    figures.filter((figure) => figure.pass === pass),
    (figure) => figure[view]?.auroc ?? null,
  );
}

/** The mean over federations of the mean over their seeds: each federation counts the same. */
export function meanOverFederations(values: readonly Value[]): number | null {
  const means = [...byFederation(values).values()].map(meanOf);
  return means.length === 0 ? null : meanOf(means);
}

export function byFederation(values: readonly Value[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const { federation, value } of values)
    groups.set(federation, [...(groups.get(federation) ?? []), value]);
  return groups;
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
