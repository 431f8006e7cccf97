import { z } from 'zod';
import { badInput } from '../../base/errors.js';

/** How far a figure may be off: as a number, absolute; as `'2%'`, of the golden figure's magnitude. 0 is exact. */
export type Tolerance = number | `${number}%`;

const share = z.custom<`${number}%`>(
  (value) => typeof value === 'string' && /^\d+(\.\d+)?%$/.test(value),
  "must be a share such as '2%'",
);

export const toleranceSchema = z.union([z.number().nonnegative(), share]);

// What a difference of decimal fractions is off by itself: 0.92 − 0.9 is a little above 0.02.
const slack = 1 + 1e-9;

/** Whether a figure may stand for the golden one. Null, a figure that is not defined, agrees with null only. */
export function isWithin(value: number | null, golden: number | null, tolerance: Tolerance): boolean {
  if (value === null || golden === null) return value === golden;
  const limit =
    typeof tolerance === 'number' ? tolerance : (Number.parseFloat(tolerance) / 100) * Math.abs(golden);
  return value === golden || Math.abs(value - golden) <= limit * slack;
}

const scores = /(Auroc|Ap|F1Max|aupro)$/;
const learned = /(loss|Threshold)$/;

/** Scores in [0, 1] may be off by 0.02, losses and thresholds by 2 %; what is counted or timed is exact. */
export function defaultTolerance(figure: string): Tolerance {
  if (scores.test(figure)) return 0.02;
  return learned.test(figure) ? '2%' : 0;
}

/** Tolerances by a figure's name, in which `*` stands for any text. */
export type Tolerances = Readonly<Record<string, Tolerance>>;

/** What the tolerances say of a figure: by its own name, else by the first pattern that fits. */
export function givenTolerance(tolerances: Tolerances, figure: string): Tolerance | undefined {
  if (Object.hasOwn(tolerances, figure)) return tolerances[figure];
  const pattern = Object.keys(tolerances).find((key) => fits(key, figure));
  return pattern === undefined ? undefined : tolerances[pattern];
}

/** Whether a name, or a pattern with `*`, names a figure. */
export function fits(pattern: string, figure: string): boolean {
  const parts = pattern.split('*');
  if (parts.length === 1) return pattern === figure;
  return new RegExp(`^${parts.map(escaped).join('.+')}$`).test(figure);
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** @throws FeddymemError (bad-input) naming the first tolerance that is none */
export function checkTolerances(tolerances: Tolerances): void {
  for (const [figure, tolerance] of Object.entries(tolerances)) {
    if (!toleranceSchema.safeParse(tolerance).success)
      throw badInput(
        `the tolerance of ${figure} is ${JSON.stringify(tolerance)}`,
        "Give a number of at least 0, or a share of the golden figure such as '2%'.",
      );
  }
}
