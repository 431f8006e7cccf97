import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { expect } from 'vitest';
import { badInput } from '../../base/errors.js';
import { runScenario, type FinishedRun } from '../run/run-scenario.js';
import { loadScenario, parseOverride, parseScenario } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';

/** A scenario, its fields with defaults left out as in a file, or the path of a file, from the test file's folder. */
export type ScenarioSource =
  string | Scenario | (Readonly<Record<string, unknown>> & { readonly name: string; readonly data: object });

export interface TestRunOptions {
  /** Where relative data paths start; left out: FEDDYMEM_DATA. */
  readonly dataFolder?: string;
  /** Left out: FEDDYMEM_CACHE, else a folder for tests in the system's temporary one. */
  readonly cacheFolder?: string;
  /** Left out: `inline`, in the test's own thread. */
  readonly workers?: number | 'inline';
  /** Results are never reused, for a test must compute. `recompute` leaves payloads in the cache; left out: `off`. */
  readonly results?: 'off' | 'recompute';
  /** Checks invariants after every event; left out: true. */
  readonly check?: boolean;
  /** Changes a scenario from a file, each as `path=value`: the command line's --set. */
  readonly set?: readonly string[];
  readonly signal?: AbortSignal;
}

/** A finished run and its journal. */
export interface TestRun extends FinishedRun {
  /** The lines of journal.jsonl, without line breaks. */
  readonly journal: readonly string[];
}

/**
 * Runs a scenario for a test. Writes nothing but the cache.
 * @throws FeddymemError (bad-input) naming file, field and fix
 */
export async function run(source: ScenarioSource, options: TestRunOptions = {}): Promise<TestRun> {
  const { set = [], cacheFolder = testCacheFolder(), results = 'off', ...rest } = options;
  const scenario = await scenarioOf(source, set);
  await mkdir(cacheFolder, { recursive: true });
  const journal: string[] = [];
  const finished = await runScenario(scenario, {
    workers: 'inline',
    check: true,
    ...rest,
    results,
    cacheFolder,
    onJournalLine: (line) => journal.push(line),
  });
  return { ...finished, journal };
}

async function scenarioOf(source: ScenarioSource, set: readonly string[]): Promise<Scenario> {
  if (typeof source === 'string') return loadScenario(besideTest(source), set.map(parseOverride));
  if (set.length > 0)
    throw badInput('set changes a scenario that is read from a file', 'Change the object itself.');
  return parseScenario(source, `scenario ${source.name}`);
}

/** A path as the test file's author means it: relative to that file; outside of one, to the working folder. */
export function besideTest(path: string, testPath = expect.getState().testPath): string {
  return resolve(testPath ? dirname(testPath) : '.', path);
}

/** One folder a user: the temporary folder may be everybody's. */
function testCacheFolder(): string {
  const user = process.getuid?.();
  const name = user === undefined ? 'feddymem-testing' : `feddymem-testing-${user}`;
  return process.env.FEDDYMEM_CACHE ?? join(tmpdir(), name);
}
