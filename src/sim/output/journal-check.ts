import { FeddymemError } from '../../base/errors.js';
import { firstDivergence, type Divergence } from '../compare/first-divergence.js';

/** Compares lines with earlier ones as they come. */
export interface JournalCheck {
  add(line: string): void;
  /** The first line that differs from the earlier run's; null so far. */
  divergence(): Divergence | null;
  lines(): number;
}

/** @param earlier the lines that are expected, or the first of them */
export function checkAgainst(earlier: readonly string[]): JournalCheck {
  let count = 0;
  let found: Divergence | null = null;
  return {
    add(line) {
      const at = count++;
      if (found || at >= earlier.length || earlier[at] === line) return;
      const difference = firstDivergence([earlier[at]], [line]);
      // Lines that differ by their running digest alone follow from an earlier one that was not given.
      if (difference) found = { ...difference, index: at };
    },
    divergence: () => found,
    lines: () => count,
  };
}

/** A resumed run that does not do again what the killed one did. */
export class ResumptionFailed extends FeddymemError {
  constructor(message: string) {
    super('run-failed', message, 'Code, data or libraries have changed since: start again with --force.');
  }
}

/** When it parts from what the killed run wrote. */
export function resumptionFailed({ index, fields }: Divergence): Error {
  const paths = fields.map(({ path }) => path).join(', ');
  return new ResumptionFailed(`event ${index} differs from what the killed run wrote (${paths})`);
}

/** When it ends before the point at which the earlier one was killed. */
export function resumptionTooShort(events: number, earlier: number): Error {
  return new ResumptionFailed(`it ended after ${events} events, but the killed run wrote ${earlier}`);
}
