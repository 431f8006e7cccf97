import { availableParallelism } from 'node:os';
import { setMaxListeners } from 'node:events';
import { FeddymemError } from '../../base/errors.js';
import { groupedBy } from '../../base/grouped-by.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import type { WrittenFiles } from '../output/write-run.js';
import { readResult } from '../output/read-result.js';
import type { RunResult } from '../result/run-result.js';
import { createSharedWork, type SharedWork } from '../run/shared-work.js';
import type { Scenario } from '../scenario/schema.js';
import { enforceLimit } from '../store/prune.js';
import { cacheLimit } from '../store/size-limit.js';
import { cellScenarios } from './cell-scenario.js';
import { cellState, isOfThisCode } from './cell-state.js';
import { checkInputs } from './check-inputs.js';
import { openStudy } from './open-study.js';
import { runCell } from './run-cell.js';
import { cellsOf, type Shard } from './shard.js';
import { cellFolder, type CellError, type Study, type StudyCell } from './study-file.js';

export interface StudyOptions {
  /** Where the study is written; one that holds the same study goes on. */
  readonly folder: string;
  readonly cacheFolder: string;
  /** Where relative data paths start; left out: FEDDYMEM_DATA. */
  readonly dataFolder?: string;
  /** Worker threads for all cells together; left out: one a core. `inline`: this thread. */
  readonly workers?: number | 'inline';
  /** Cells in flight at once; left out: one more than workers. */
  readonly cellsAtOnce?: number;
  /** Runs only these cells. */
  readonly shard?: Shard;
  /** Begins anew, whatever study the folder holds. */
  readonly force?: boolean;
  readonly results?: 'reuse' | 'recompute' | 'off';
  /** Checks invariants after every event of every cell. */
  readonly check?: boolean;
  /** What is written of each cell; left out: figures. */
  readonly files?: WrittenFiles;
  readonly signal?: AbortSignal;
  /** Asked before each cell: once it says no, those in flight end and no other begins. */
  readonly mayStart?: () => boolean;
  readonly onProgress?: (progress: StudyProgress) => void;
}

export type StudyProgress =
  /** How many cells there are to do, and how many were done before. */
  | { readonly kind: 'opened'; readonly todo: number; readonly finished: number }
  | { readonly kind: 'started'; readonly cell: StudyCell }
  | { readonly kind: 'ended'; readonly outcome: CellOutcome };

export type CellOutcome = { readonly cell: StudyCell } & (
  | { readonly state: 'finished'; readonly result: RunResult; readonly before: boolean }
  | { readonly state: 'failed'; readonly error: CellError }
  /** Another shard's, or not begun, or run by another process (`reason`). */
  | { readonly state: 'elsewhere'; readonly reason?: string }
);

export interface StudyOutcome {
  readonly study: Study;
  /** In the study's order. */
  readonly cells: readonly CellOutcome[];
  /** Jobs computed, and those whose results were there. */
  readonly jobs: { readonly computed: number; readonly reused: number };
  /** Cells that were finished before, by other code, libraries or modules than these. */
  readonly otherCode: number;
}

/** Cells after which the cache is brought under its limit. */
const cellsPerPrune = 50;

/**
 * Runs what a study's folder lacks of its cells, side by side over one set of worker threads. A cell that fails is
 * recorded and stops no other; the next call tries it again.
 * @throws FeddymemError (bad-input) before anything is run; (interrupted) once all cells have stopped
 */
export async function runStudy(study: Study, options: StudyOptions): Promise<StudyOutcome> {
  const { folder, signal, shard, onProgress = () => undefined, workers = availableParallelism() } = options;
  const mayStart = options.mayStart ?? (() => true);
  const scenarios = cellScenarios(study);
  const limit = cacheLimit();
  await openStudy(folder, study, options.force ?? false, () => checkInputs(scenarios.values(), options));
  const outcomes = new Map<string, CellOutcome>();
  let otherCode = 0;
  for (const cell of study.cells) {
    if ((await cellState(folder, cell)) !== 'finished') continue;
    outcomes.set(cell.id, {
      ...{ cell, state: 'finished', before: true },
      result: await readResult(cellFolder(folder, cell)),
    });
    if (!(await isOfThisCode(folder, cell))) otherCode++;
  }
  const mine = shard ? cellsOf(study.cells, shard) : study.cells;
  const todo = byEnvironment(
    mine.filter(({ id }) => !outcomes.has(id)),
    scenarios,
  );
  onProgress({ kind: 'opened', todo: todo.length, finished: mine.length - todo.length });

  const shared = createSharedWork(workers);
  const jobs = { computed: 0, reused: 0 };
  let sincePrune = 0;
  const prune = async () => {
    sincePrune = 0;
    if (options.results === 'off') return;
    const { deletedEntries } = await enforceLimit(options.cacheFolder, limit);
    if (deletedEntries > 0) shared.forgetFeatures();
  };
  /** Something else than a cell has failed, such as the disk: those in flight end, and no other begins. */
  let broken = false;
  // Every cell in flight listens.
  if (signal) setMaxListeners(0, signal);

  async function work(queue: Iterable<StudyCell>): Promise<void> {
    for (const cell of queue) {
      if (broken || signal?.aborted || !mayStart()) return;
      onProgress({ kind: 'started', cell });
      const end = await runCell(folder, cell, scenarios.get(cell.id)!, cellOptions(options, shared));
      if (end.state === 'stopped') return;
      if (end.state === 'finished') {
        jobs.computed += end.jobs.computed;
        jobs.reused += end.jobs.reused;
        sincePrune++;
      }
      const outcome: CellOutcome =
        end.state === 'finished'
          ? { cell, state: 'finished', result: end.result, before: false }
          : { cell, ...end };
      outcomes.set(cell.id, outcome);
      onProgress({ kind: 'ended', outcome });
      if (sincePrune >= cellsPerPrune) await prune();
    }
  }

  try {
    const queue = todo.values();
    const atOnce = options.cellsAtOnce ?? (workers === 'inline' ? 2 : workers + 1);
    const loops = Array.from({ length: Math.min(atOnce, todo.length) }, () =>
      work(queue).catch((error: unknown) => {
        broken = true;
        throw error;
      }),
    );
    // Threads are given back when nobody computes any more.
    await Promise.allSettled(loops);
    await Promise.all(loops);
    if (sincePrune > 0) await prune();
  } finally {
    await shared.close();
  }
  if (signal?.aborted) throw new FeddymemError('interrupted', 'interrupted');
  const cells = study.cells.map((cell) => outcomes.get(cell.id) ?? { cell, state: 'elsewhere' as const });
  return { study, cells, jobs, otherCode };
}

function cellOptions(
  { dataFolder, cacheFolder, results, check, signal, files }: StudyOptions,
  shared: SharedWork,
) {
  // Nobody watches the rounds of a cell.
  const roundsAtEnd = true;
  return { dataFolder, cacheFolder, results, check, signal, files: files ?? 'figures', shared, roundsAtEnd };
}

/** Cells that need the same weights after one another, so that few threads hold few of them. */
function byEnvironment(cells: readonly StudyCell[], scenarios: ReadonlyMap<string, Scenario>): StudyCell[] {
  const groups = groupedBy(cells, ({ id }) => {
    const { engine, engineDevice, backbone = null } = scenarios.get(id)!;
    return canonicalJson([engine, engineDevice, backbone as Json]);
  });
  return [...groups.values()].flat();
}
