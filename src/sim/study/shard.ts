import { badInput } from '../../base/errors.js';
import type { StudyCell } from './study-file.js';

/** The part of a study that one machine runs: the cells at positions part, part + of, part + 2 of … */
export interface Shard {
  /** From 1. */
  readonly part: number;
  readonly of: number;
}

/** Reads `2/4`. @throws FeddymemError (bad-input) */
export function parseShard(text: string): Shard {
  const [, part, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (part >= 1 && part <= of) return { part, of };
  throw badInput(
    `--shard ${text}: expected i/n with i from 1 to n`,
    'For example --shard 1/4 to --shard 4/4.',
  );
}

export function cellsOf(cells: readonly StudyCell[], { part, of }: Shard): StudyCell[] {
  return cells.filter((_, at) => at % of === part - 1);
}
