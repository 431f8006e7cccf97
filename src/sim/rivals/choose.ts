import type { RunResult } from '../result/run-result.js';
import { asValidation, chooseTrial, meanOfViews, type ValidationResult } from '../tuning/choose-trial.js';
import { figureOf } from './cell-state.js';
import type { RivalCell } from './cells.js';
import type { Figures, Measured } from './figures.js';
import { meanOf } from './values.js';

/** What the trials of a row came to. */
export interface Tuning {
  readonly row: string;
  /** By trial: the mean of own and global image AUROC over federations; null: not run on all of them, or failed. */
  readonly figures: readonly (number | null)[];
  /** Whether every trial was run. */
  readonly complete: boolean;
  /** Index of the trial with the highest figure; null until every trial was run, and where all failed. */
  readonly chosen: number | null;
}

/** @param cells all tuning cells of the row */
export function tuningOf(row: string, cells: readonly RivalCell[], figures: Figures): Tuning {
  const trials = [...new Set(cells.map(({ trial }) => trial!))].sort((a, b) => a - b);
  const ran = trials.map((trial) =>
    cells.filter((cell) => cell.trial === trial).map((cell) => figureOf(cell, figures)),
  );
  const results = ran.map((all) => {
    const measured = all.flatMap((figure) => (figure?.state === 'measured' ? [asResult(figure)] : []));
    return measured.length === all.length && measured.every((result) => meanOfViews(result) !== null)
      ? measured
      : null;
  });
  const values = results.map((some) => some && meanOf(some.map((result) => meanOfViews(result)!)));
  const complete = ran.every((all) => all.every((figure) => figure !== undefined));
  const usable = trials.flatMap((settings, at) => {
    const some = results[at];
    return some ? [{ settings, results: some }] : [];
  });
  const chosen = complete && usable.length > 0 ? chooseTrial(usable).trial.settings : null;
  return { row, figures: values, complete, chosen };
}

/** A line of figures as far as trials are compared by it. */
function asResult({ federation, seed, split, own, global }: Measured): ValidationResult {
  const mean = {
    ...(own && { own: { imageAuroc: own.auroc } }),
    ...(global && { global: { imageAuroc: global.auroc } }),
  };
  return asValidation({ scenario: federation, seed, split, mean } as RunResult);
}
