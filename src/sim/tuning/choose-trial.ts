import { badInput } from '../../base/errors.js';
import type { RunResult } from '../result/run-result.js';

/** Figures of the images set aside for tuning: the only ones by which settings may be chosen. */
export type ValidationResult = RunResult & { readonly split: 'validation' };

/** @throws FeddymemError (bad-input) on figures that are to be reported */
export function asValidation(result: RunResult): ValidationResult {
  if (result.split === 'validation') return result as ValidationResult;
  throw badInput(
    `${result.scenario}, seed ${result.seed}: its figures are of the test split, by which nothing may be chosen`,
    'Run it with evaluate.split=validation (docs/tuning.md).',
  );
}

/** One choice of settings, measured on one or more federations. */
export interface Trial<Settings> {
  readonly settings: Settings;
  readonly results: readonly ValidationResult[];
}

/**
 * The trial with the highest figure; of equal ones the first.
 * @param figure of a result; null where it is not defined
 * @returns the trial and its figure, the mean over its results
 * @throws FeddymemError (bad-input) without a trial, or when a trial has no figure
 */
export function chooseTrial<Settings>(
  trials: readonly Trial<Settings>[],
  figure: (result: ValidationResult) => number | null = meanOfViews,
): { readonly trial: Trial<Settings>; readonly figure: number } {
  let best: { trial: Trial<Settings>; figure: number } | undefined;
  for (const trial of trials) {
    const values = trial.results.map((result) => {
      // Callers in JavaScript have no types to stop them.
      const value = figure(asValidation(result));
      if (value !== null) return value;
      throw badInput(
        `${result.scenario}, seed ${result.seed}: what trials are compared by is not defined`,
        'Set more images aside (evaluate.validation), so that every client has normal and defective ones.',
      );
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    if (!best || mean > best.figure) best = { trial, figure: mean };
  }
  if (!best || Number.isNaN(best.figure)) throw badInput('no trial has a result', 'Run at least one.');
  return best;
}

/** The mean of image AUROC on own and on everybody's images. */
export function meanOfViews({ mean }: ValidationResult): number | null {
  const values = [mean.own?.imageAuroc, mean.global?.imageAuroc].filter((value) => value !== undefined);
  if (values.length === 0 || values.includes(null)) return null;
  return values.reduce<number>((sum, value) => sum + value!, 0) / values.length;
}
