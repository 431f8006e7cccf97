import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Golden } from '../../../src/sim/testing/golden.js';
import { goldenOf } from '../../../src/sim/testing/golden.js';
import { run, type TestRun, type TestRunOptions } from '../../../src/sim/testing/run.js';
import { merged } from '../../support/tiny.js';

/** Three clients of a few patches each: a run takes half a second. */
export const smallScenario = {
  name: 'small',
  clients: 3,
  data: { source: 'features' },
  method: {
    rounds: 2,
    dimensions: 8,
    patches: 120,
    memory: { local: 12, upload: 6, global: 18, minimumPatches: 2 },
    training: { steps: 4, batchSize: 64 },
  },
  evaluate: { rounds: ['own'] },
};

export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'feddymem-golden-'));

const cacheFolder = temporaryFolder();

export function runSmall(
  changes: Record<string, unknown> = {},
  options: TestRunOptions = {},
): Promise<TestRun> {
  const scenario = merged(smallScenario, changes) as typeof smallScenario;
  return run(scenario, { cacheFolder, ...options });
}

/** A run's golden file, some of it changed. */
export function goldenWith(of: TestRun, changes: Partial<Golden> = {}): Golden {
  return { ...goldenOf(of, {}), ...changes };
}

/** As made on another kind of processor: its bits are not promised here. */
export function elsewhere(golden: Golden): Golden {
  return { ...golden, digest: '0'.repeat(64), platform: { ...golden.platform, cpu: 'Another CPU' } };
}
