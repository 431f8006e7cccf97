import { groupedBy } from '../../base/grouped-by.js';
import { canonicalJson } from '../../base/hash.js';
import { formatBytes, formatScore } from '../report/format.js';
import type { RunResult } from '../result/run-result.js';
import { meanAndDeviation, type MeanAndDeviation } from '../statistics/mean-deviation.js';
import type { CellOutcome } from './run-study.js';
import type { AxisValue, Study } from './study-file.js';

/** What cells that differ in nothing but the seed have in common. */
export interface SummaryRow {
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** Cells in all, finished ones, failed ones. */
  readonly cells: number;
  readonly finished: number;
  readonly failed: number;
  /** Mean image AUROC of the clients, over seeds. */
  readonly own: MeanAndDeviation;
  readonly global: MeanAndDeviation;
  readonly unseen: MeanAndDeviation;
  /** Bytes up and down, all clients together, divided by the number of rounds, round 0 included; over seeds. */
  readonly bytesPerRound: MeanAndDeviation;
}

/** Over seeds, in the order of the study's cells. */
export function summarise(outcomes: readonly CellOutcome[]): SummaryRow[] {
  const groups = groupedBy(outcomes, ({ cell }) => canonicalJson(cell.axes));
  return [...groups.values()].map((group) => {
    const results = group.flatMap((outcome) => (outcome.state === 'finished' ? [outcome.result] : []));
    const view = (name: 'own' | 'global' | 'unseen') =>
      meanAndDeviation(results.map((result) => result.mean[name]?.imageAuroc));
    return {
      axes: group[0].cell.axes,
      cells: group.length,
      finished: results.length,
      failed: group.filter(({ state }) => state === 'failed').length,
      own: view('own'),
      global: view('global'),
      unseen: view('unseen'),
      bytesPerRound: meanAndDeviation(results.map(bytesPerRound)),
    };
  });
}

export function bytesPerRound({ bytes, rounds }: RunResult): number {
  return (bytes.up + bytes.down) / rounds.length;
}

/** The rows of the table that ends a study: a header, then a line for each point of the axes. */
export function summaryTable({ axes }: Pick<Study, 'axes'>, rows: readonly SummaryRow[]): string[][] {
  const names = axes.map(({ name }) => name);
  const unseen = rows.some((row) => row.unseen.n > 0);
  const views = ['own', 'global', ...(unseen ? (['unseen'] as const) : [])] as const;
  return [
    [...names, 'n', ...views.map((view) => `${view} AUROC`), 'bytes a round'],
    ...rows.map((row) => [
      ...names.map((name) => String(row.axes[name] ?? '–')),
      String(row.finished) + (row.failed > 0 ? ` (${row.failed} failed)` : ''),
      ...views.map((view) => spread(row[view], formatScore) + ofFewer(row[view], row.finished)),
      spread(row.bytesPerRound, formatBytes),
    ]),
  ];
}

/** Runs in which a figure is not defined are not in its mean. */
function ofFewer({ n }: MeanAndDeviation, finished: number): string {
  return n > 0 && n < finished ? ` (n = ${n})` : '';
}

/** "mean ± deviation"; the mean alone where all are equal, or there is but one. */
function spread({ mean, deviation }: MeanAndDeviation, format: (value: number | null) => string): string {
  return deviation === null || deviation === 0 ? format(mean) : `${format(mean)} ± ${format(deviation)}`;
}
