import { expect, type MatcherState } from 'vitest';
import { badInput } from '../../base/errors.js';
import type { GoldenOptions } from './compare-golden.js';
import { matchGolden, type UpdateMode } from './match-golden.js';
import { besideTest, type TestRun } from './run.js';
import { compareRuns } from './same-run.js';

/** What a matcher tells vitest. */
export interface MatcherVerdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/**
 * Compares a run, or the promise of one, with a golden file, which vitest -u writes anew.
 * @param file relative to the test file
 */
export async function toMatchGolden(
  this: MatcherState,
  received: unknown,
  file: string,
  options: GoldenOptions = {},
): Promise<MatcherVerdict> {
  const { isNot, currentTestName = '', testPath } = this;
  if (isNot)
    throw badInput(
      'not.toMatchGolden is no test: any change would pass',
      'Compare with its own golden file.',
    );
  const state = this.snapshotState ?? expect.getState().snapshotState;
  const update = updateMode(state?.snapshotUpdateState);
  const run = asRun(await received, 'expect(…).toMatchGolden');
  const { pass, message, wrote } = await matchGolden(run, besideTest(file, testPath), options, update);
  // Vitest's summary counts them among its snapshots.
  if (wrote === 'added') state?.added.increment(currentTestName);
  if (wrote === 'updated') state?.updated.increment(currentTestName);
  return { pass, message: () => message };
}

/** Compares two runs, or the promises of them, event by event and figure by figure. */
export async function toBeSameRunAs(
  this: MatcherState,
  received: unknown,
  expected: unknown,
): Promise<MatcherVerdict> {
  const [a, b] = await Promise.all([expected, received]);
  const { pass, message } = await compareRuns(
    asRun(a, 'toBeSameRunAs(…)'),
    asRun(b, 'expect(…).toBeSameRunAs'),
  );
  return { pass, message: () => message };
}

/** FEDDYMEM_UPDATE_GOLDEN=1 beats vitest's own mode. Without one, as in other runners, nothing is written. */
export function updateMode(
  vitest: UpdateMode = 'none',
  wanted = process.env.FEDDYMEM_UPDATE_GOLDEN,
): UpdateMode {
  return wanted === '1' ? 'all' : vitest;
}

function asRun(value: unknown, where: string): TestRun {
  const run = value as Partial<TestRun> | null | undefined;
  if (typeof run === 'object' && run?.result && Array.isArray(run.journal)) return run as TestRun;
  throw badInput(`${where} was given no run`, "Give it what run(scenario) of 'feddymem/testing' returns.");
}
