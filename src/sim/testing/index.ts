import { expect } from 'vitest';
import type { GoldenOptions } from './compare-golden.js';
import { toBeSameRunAs, toMatchGolden } from './matchers.js';
import type { TestRun } from './run.js';

export type { GoldenOptions } from './compare-golden.js';
export type { Golden } from './golden.js';
export { toBeSameRunAs, toMatchGolden } from './matchers.js';
export type { Exactness } from './platform.js';
export { run, type ScenarioSource, type TestRun, type TestRunOptions } from './run.js';
export type { Tolerance, Tolerances } from './tolerance.js';

type Comparable = TestRun | Promise<TestRun>;

declare module 'vitest' {
  // A run, or the promise of one, has these matchers; on anything else they are errors of type.
  interface Matchers<T> {
    /** Compares with a golden file, relative to the test file; `vitest -u` writes it. To be awaited. */
    toMatchGolden: T extends Comparable ? (file: string, options?: GoldenOptions) => Promise<void> : never;
    /** Compares two runs bit by bit. To be awaited. */
    toBeSameRunAs: T extends Comparable ? (expected: Comparable) => Promise<void> : never;
  }
}

expect.extend({ toMatchGolden, toBeSameRunAs });
