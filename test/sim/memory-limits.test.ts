import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runScenario } from '../../src/sim/run/run-scenario.js';
import type { MemoryLimits } from '../../src/sim/run/blob-store.js';
import { swarmScenario } from './run/samples.js';
import { temporaryFolder } from './store/samples.js';

const scenario = await swarmScenario('schedule.cohort=3', 'method.rounds=2');
const noisy = await swarmScenario(
  'schedule.cohort=3',
  'method.rounds=2',
  'faults={draw: {count: 6, horizon: 60}, supervision: {onFailure: restart}}',
);

async function outcome(
  given: typeof scenario,
  memory?: MemoryLimits,
  results: 'reuse' | 'recompute' = 'reuse',
) {
  const lines: string[] = [];
  const finished = await runScenario(given, {
    ...{ cacheFolder: temporaryFolder(), workers: 'inline', results, memory, check: true },
    onJournalLine: (line) => lines.push(line),
  }).catch((error: unknown) => String(error));
  return typeof finished === 'string'
    ? { finished, lines }
    : { lines, result: { ...finished.result, wallSeconds: null } };
}

const usual = [await outcome(scenario), await outcome(noisy)];

it('gives the same results however little stays in memory', async () => {
  const limits = fc.record({
    smallBudget: fc.constantFrom(0, 500, 5000, 1 << 20),
    largeBudget: fc.constantFrom(0, 1 << 20),
    rest: fc.nat(2),
  });
  await fc.assert(
    fc.asyncProperty(
      limits,
      fc.constantFrom('reuse' as const, 'recompute' as const),
      fc.boolean(),
      async (memory, results, isNoisy) => {
        expect(await outcome(isNoisy ? noisy : scenario, memory, results)).toEqual(usual[Number(isNoisy)]);
      },
    ),
    { numRuns: 8, examples: [[{ smallBudget: 0, largeBudget: 0, rest: 0 }, 'reuse', true]] },
  );
}, 120_000);
