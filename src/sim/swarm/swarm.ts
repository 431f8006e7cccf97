import { setMaxListeners } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Scenario } from '../scenario/schema.js';
import type { SwarmOutcome, SwarmTask } from './swarm-worker.js';

/** Seeds a task: threads finish together, and progress shows. */
const seedsPerTask = 100;

export interface SwarmOptions {
  readonly scenario: Scenario;
  readonly cacheFolder: string;
  readonly firstSeed: number;
  readonly seeds: number;
  readonly workers?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, failures: number) => void;
}

/** Tries a plan of faults for every seed, on all cores. Failures come in the order of their seeds. */
export async function runSwarm(options: SwarmOptions): Promise<SwarmOutcome> {
  const { scenario, cacheFolder, firstSeed, seeds, workers = availableParallelism(), signal } = options;
  const pool = new Piscina({
    filename: workerFile(),
    name: 'runSwarmTask',
    minThreads: workers,
    maxThreads: workers,
    // Nothing native is under way between two schedules, so an aborted thread can be ended.
  });
  // Every waiting task listens.
  if (signal) setMaxListeners(0, signal);
  let done = 0;
  let failed = 0;
  const starts = Array.from({ length: Math.ceil(seeds / seedsPerTask) }, (_, task) => task * seedsPerTask);
  try {
    const outcomes = await Promise.all(
      starts.map(async (start) => {
        const count = Math.min(seedsPerTask, seeds - start);
        const task: SwarmTask = { scenario, cacheFolder, firstSeed: firstSeed + start, seeds: count };
        const outcome = (await pool.run(task, { signal })) as SwarmOutcome;
        done += count;
        failed += outcome.failures.length;
        options.onProgress?.(done, failed);
        return outcome;
      }),
    );
    const sum = (pick: (outcome: SwarmOutcome) => number) =>
      outcomes.reduce((all, outcome) => all + pick(outcome), 0);
    return {
      finished: sum(({ finished }) => finished),
      abandoned: sum(({ abandoned }) => abandoned),
      events: sum(({ events }) => events),
      failures: outcomes.flatMap(({ failures }) => failures),
    };
  } finally {
    await pool.destroy();
  }
}

/** Workers load compiled files: under a test runner this file is TypeScript and the build lies beside src. */
function workerFile(): string {
  const here = import.meta.url;
  const file = here.endsWith('.ts') ? '../../../dist/sim/swarm/swarm-worker.js' : './swarm-worker.js';
  return fileURLToPath(new URL(file, here));
}
