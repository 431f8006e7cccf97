// A run of scenarios/scale.yaml as `feddymem run` does it, into a folder of its own and with an empty cache.
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecord, recordRun } from '../../dist/sim/output/record-run.js';
import { loadScenario, parseOverride } from '../../dist/sim/scenario/load.js';

const scenarioFile = fileURLToPath(new URL('../../scenarios/scale.yaml', import.meta.url));

/**
 * @param overrides such as clients=1000
 * @param watch { onReady: everything is prepared and the first event comes; onStep: the server has closed a step }
 */
export async function recorded(overrides, workers, { onReady, onStep }) {
  const scenario = await loadScenario(scenarioFile, overrides.map(parseOverride));
  const folder = await mkdtemp(join(tmpdir(), 'feddymem-scale-'));
  const out = join(folder, 'run');
  try {
    const record = await openRecord(out, [{ fromRound: 0, scenario }], 'refuse');
    let ready = false;
    const { finished } = await recordRun(record, {
      command: 'benchmark',
      cacheFolder: join(folder, 'cache'),
      workers,
      onProgress(progress) {
        if (progress.kind === 'step') onStep(progress);
      },
      // Asked once for its engine before all events, and then for every job.
      around(executor) {
        return {
          ...executor,
          run(job) {
            if (job.kind === 'step' && !ready) {
              ready = true;
              onReady();
            }
            return executor.run(job);
          },
        };
      },
    });
    const journalBytes = (await stat(join(out, 'journal.jsonl'))).size;
    return { scenario, result: finished.result, jobs: finished.jobs, journalBytes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Bytes, after a collection where the process was started with --expose-gc. */
export function residentMemory() {
  globalThis.gc?.();
  globalThis.gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, live: heapUsed + external };
}
