import { availableParallelism } from 'node:os';
import { loadClients } from '../data/clients.js';
import type { ImageRecord } from '../data/image.js';
import { backboneSource } from '../run/backbone-source.js';
import { engineOf, withEngine } from '../run/engine-choice.js';
import { createSharedWork } from '../run/shared-work.js';
import type { Scenario } from '../scenario/schema.js';
import type { Environment } from '../worker/jobs.js';
import { cellScenarios } from './cell-scenario.js';
import { cellState, type CellState } from './cell-state.js';
import type { StudyOptions } from './run-study.js';
import { refuseOtherStudy } from './open-study.js';
import { cellsOf } from './shard.js';
import type { Study, StudyCell } from './study-file.js';

/** What running a study would do. */
export interface StudyPlan {
  readonly cells: readonly { readonly cell: StudyCell; readonly state: CellState }[];
  /** Images of all cells that are not done, each once for each backbone; null where looking would take long. */
  readonly features: { readonly images: number; readonly cached: number } | null;
}

/** Above so many images nobody looks. */
const mostImages = 20_000;
const imagesPerJob = 64;

/** Looks, and writes nothing. @throws FeddymemError (bad-input) where a cell could not start */
export async function planStudy(
  study: Study,
  {
    folder,
    shard,
    cacheFolder,
    force,
    dataFolder = process.env.FEDDYMEM_DATA,
    workers = availableParallelism(),
  }: StudyOptions,
): Promise<StudyPlan> {
  const scenarios = cellScenarios(study);
  const mine = shard ? cellsOf(study.cells, shard) : study.cells;
  if (!force) await refuseOtherStudy(folder, study);
  const cells = await Promise.all(
    mine.map(async (cell) => ({ cell, state: force ? 'missing' : await cellState(folder, cell) })),
  );
  const todo = cells.filter(({ state }) => state !== 'finished').map(({ cell }) => scenarios.get(cell.id)!);
  return { cells, features: await countFeatures(todo, dataFolder, cacheFolder, workers) };
}

async function countFeatures(
  scenarios: readonly Scenario[],
  dataFolder: string | undefined,
  cacheFolder: string,
  workers: number | 'inline',
): Promise<StudyPlan['features']> {
  const wanted = new Map<string, { environment: Environment; images: Map<string, ImageRecord> }>();
  const looked = new Set<string>();
  let total = 0;
  for (const given of scenarios) {
    if (given.data.source === 'features') continue;
    const scenario = await withEngine(given);
    const backbone = backboneSource(scenario, dataFolder, cacheFolder);
    const environment = {
      engine: engineOf(scenario),
      provider: scenario.engineDevice,
      backbone,
      cacheFolder,
    };
    const key = JSON.stringify(environment);
    const sameImages = JSON.stringify([key, scenario.data, scenario.clients, scenario.seed]);
    if (looked.has(sameImages)) continue;
    looked.add(sameImages);
    const entry = wanted.get(key) ?? { environment, images: new Map<string, ImageRecord>() };
    wanted.set(key, entry);
    for (const { train, test } of await loadClients(scenario, dataFolder)) {
      for (const image of [...train, ...test]) {
        const before = entry.images.size;
        entry.images.set(JSON.stringify(image.location), image);
        total += entry.images.size - before;
      }
    }
    if (total > mostImages) return null;
  }
  const shared = createSharedWork(workers);
  try {
    let cached = 0;
    for (const { environment, images } of wanted.values()) {
      const executor = shared.executor(environment);
      const all = [...images.values()];
      const jobs = Array.from({ length: Math.ceil(all.length / imagesPerJob) }, (_, batch) =>
        executor.run({
          kind: 'cached',
          images: all.slice(batch * imagesPerJob, (batch + 1) * imagesPerJob),
        }),
      );
      for (const result of await Promise.all(jobs)) cached += result.cached;
      await executor.close();
    }
    return { images: total, cached };
  } finally {
    await shared.close();
  }
}
