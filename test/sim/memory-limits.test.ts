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
  results: 'reuse' | 'recompute' | 'off' = 'reuse',
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
    // Nearly all blobs are of 300 to 5,000 bytes.
    large: fc.constantFrom(0, 1000, 1 << 20),
    smallBudget: fc.constantFrom(0, 500, 5000, 1 << 20),
    largeBudget: fc.constantFrom(0, 20_000, 1 << 20),
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
    {
      numRuns: 8,
      examples: [
        [{ large: 1 << 20, smallBudget: 0, largeBudget: 0, rest: 0 }, 'reuse', true],
        [{ large: 0, smallBudget: 0, largeBudget: 0, rest: 0 }, 'recompute', false],
      ],
    },
  );
}, 120_000);

it('computes again what is neither in memory nor on any disk', async () => {
  const limits = { large: 100, smallBudget: 0, largeBudget: 15_000, rest: 2 };
  expect(await outcome(scenario, limits, 'off')).toEqual(usual[0]);
}, 60_000);
