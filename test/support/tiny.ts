import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runScenario, type FinishedRun, type RunOptions } from '../../src/sim/run/run-scenario.js';
import { parseScenario } from '../../src/sim/scenario/load.js';
import type { Scenario } from '../../src/sim/scenario/schema.js';

/** A federation of three small clients that runs in a second or two. */
export const tinyScenario = {
  name: 'tiny',
  clients: 3,
  data: {
    source: 'synthetic',
    size: 64,
    trainImages: 10,
    minimumTrainImages: 6,
    testGood: 5,
    testDefective: 6,
  },
  backbone: { name: 'oriented-filters', size: 64, ring: 1 },
  method: {
    rounds: 2,
    dimensions: 16,
    patches: 600,
    memory: { local: 30, upload: 10, global: 30, minimumPatches: 2 },
    training: { steps: 4, batchSize: 64 },
  },
};

/** The tiny scenario with other fields; objects are merged field by field. */
export function tiny(changes: Record<string, unknown> = {}): Scenario {
  return parseScenario(merged(tinyScenario, changes), 'tiny');
}

export function merged(
  base: Record<string, unknown>,
  changes: Record<string, unknown>,
): Record<string, unknown> {
  const isObject = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  const result = { ...base };
  for (const [key, value] of Object.entries(changes)) {
    const old = result[key];
    result[key] = isObject(old) && isObject(value) ? merged(old, value) : value;
  }
  return result;
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'feddymem-test-'));
}

const sharedCache = temporaryFolder();

export function runTiny(
  changes: Record<string, unknown> = {},
  options: Partial<RunOptions> = {},
): Promise<FinishedRun> {
  return runScenario(tiny(changes), { cacheFolder: sharedCache, workers: 'inline', ...options });
}
