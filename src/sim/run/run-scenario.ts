import type { Blob, BlobMap } from '../../base/blob.js';
import { badInput, FeddymemError, runFailed } from '../../base/errors.js';
import { stopwatch } from '../../base/stopwatch.js';
import type { ClientData } from '../data/image.js';
import { profileOf, type RunProfile } from '../profile/run-profile.js';
import type { RoundResult, RunResult } from '../result/run-result.js';
import type { Scenario } from '../scenario/schema.js';
import { enforceLimit } from '../store/prune.js';
import { cacheLimit } from '../store/size-limit.js';
import type { Environment } from '../worker/jobs.js';
import type { BlobStore } from './blob-store.js';
import type { ScenarioSegment } from './build-federation.js';
import { categoryResults } from './category-results.js';
import { clientResults } from './client-results.js';
import { withEngine } from './engine-choice.js';
import type { Executor } from './executor.js';
import type { FeatureProgress } from './features.js';
import { prepareRun, type PreparedRun, type PrepareOptions } from './prepare.js';
import { assembleResult } from './result.js';
import { createRounds } from './rounds.js';
import type { FederationScores } from './scores.js';
import { simulate } from './simulate.js';
import { createTraffic } from './traffic.js';

export interface RunOptions extends PrepareOptions {
  /** What held before: set by forks. */
  readonly earlier?: readonly ScenarioSegment[];
  /** From which round on the scenario holds; 0 but for forks. */
  readonly fromRound?: number;
  /** Checks invariants after every event. */
  readonly check?: boolean;
  /** Rounds are evaluated all together, which is faster, and nobody hears of one before the end. */
  readonly roundsAtEnd?: boolean;
  readonly onProgress?: (progress: Progress) => void;
  readonly onJournalLine?: (line: string) => void;
}

export type Progress =
  | ({ readonly kind: 'features' } & FeatureProgress)
  | {
      readonly kind: 'step';
      readonly name: string;
      readonly round: number | null;
      readonly virtualSeconds: number;
    }
  /** As it is known when it has been evaluated: what comes late still counts in the result. */
  | { readonly kind: 'round'; readonly round: RoundResult; readonly rounds: number }
  | { readonly kind: 'scoring' };

/** A finished run: the result, and what further outputs are made of. */
export interface FinishedRun {
  readonly scenario: Scenario;
  readonly result: RunResult;
  readonly clients: readonly ClientData[];
  readonly scores: FederationScores;
  /** Final local state of every client and of the server. */
  readonly states: { readonly clients: ReadonlyMap<string, BlobMap>; readonly server: BlobMap };
  readonly store: BlobStore;
  readonly environment: Environment;
  readonly spent: ReturnType<Executor['spent']>;
  readonly workers: number;
  /** Jobs computed in this run, and those whose results were there. */
  readonly jobs: { readonly computed: number; readonly reused: number };
  /** Where the time went, where it was asked for. */
  readonly profile?: RunProfile;
}

/** Runs a scenario from images to figures. Writes nothing but the cache. */
export async function runScenario(given: Scenario, options: RunOptions): Promise<FinishedRun> {
  const scenario = await withEngine(given);
  const { signal, onProgress = () => undefined, earlier = [], fromRound = 0 } = options;
  const total = stopwatch();
  // A limit that can't be read should say so before the work, not after it.
  const limit = cacheLimit();
  const { workers } = options;
  if (typeof workers === 'number' && !(Number.isSafeInteger(workers) && workers > 0))
    throw badInput(`workers: ${workers} is no number of threads`, 'Give a whole number from 1, or inline.');
  try {
    const prepared = await prepareRun([...earlier, { fromRound, scenario }], options, (progress) => {
      onProgress({ kind: 'features', ...progress });
    });
    let finished;
    try {
      finished = await runPrepared(scenario, prepared, options, total);
      await prepared.steps.flush();
    } finally {
      await prepared.close();
    }
    // Once it counts as a run under way no more. Where several run side by side, whoever runs them sees to the limit.
    if (options.results !== 'off' && !options.shared) await enforceLimit(options.cacheFolder, limit);
    return finished;
  } catch (error) {
    if (signal?.aborted) throw new FeddymemError('interrupted', 'interrupted', undefined, { cause: error });
    throw error instanceof FeddymemError ? error : runFailed((error as Error).message, undefined, error);
  }
}

async function runPrepared(
  scenario: Scenario,
  prepared: PreparedRun,
  options: RunOptions,
  total: () => number,
): Promise<FinishedRun> {
  const { signal, onProgress = () => undefined } = options;
  const { federation, clients, executor, store, steps } = prepared;
  const traffic = createTraffic(federation);
  const rounds = createRounds(scenario, prepared, traffic, onProgress, options.roundsAtEnd ?? false);

  const trainingTime = stopwatch();
  const { final, digest } = await simulate(federation, {
    run: steps.run,
    fetch: steps.fetch,
    store,
    check: options.check,
    signal,
    onEvent: (event) => {
      traffic.add(event);
      if (event.kind === 'recorded' && event.event.kind === 'step-done') {
        const { name, round } = federation.steps[event.event.step];
        onProgress({ kind: 'step', name, round, virtualSeconds: event.time });
      }
    },
    onJournalLine: options.onJournalLine,
    onStepDone: rounds.onStepDone,
    aroundKernel: prepared.profiler?.kernel,
  });
  await rounds.closed();
  const training = trainingTime() / 1000;

  onProgress({ kind: 'scoring' });
  const scoringTime = stopwatch();
  const { earlier, scores } = await rounds.end(final.clients);
  signal?.throwIfAborted();
  const results = await clientResults(
    executor,
    scores,
    clients,
    federation,
    traffic,
    scenario.evaluate.pixels,
  );
  const last = rounds.last(scores);
  const scoring = scoringTime() / 1000;
  await fetchLarge(prepared, [...final.clients.values(), final.server]);

  const result = assembleResult(
    scenario,
    prepared,
    await prepared.leaks,
    traffic,
    { clients: results, categories: categoryResults(scores, clients, federation) },
    [...earlier, last],
    digest,
    {
      features: prepared.featureSeconds,
      training,
      scoring,
      total: total() / 1000,
    },
  );
  return {
    scenario,
    result,
    clients,
    scores,
    states: final,
    store,
    environment: prepared.environment,
    spent: executor.spent(),
    workers: executor.workers,
    jobs: steps.counts(),
    ...(prepared.profiler && { profile: profileOf(prepared.profiler.records(executor.workers)) }),
  };
}

/** What outputs are made of must be at hand: of a run whose results were there already, it may be on disk only. */
async function fetchLarge({ steps }: PreparedRun, states: readonly BlobMap[]): Promise<void> {
  const wanted = ['bank', 'generator', 'detector', 'memory'] as const;
  const present = states.flatMap((local) =>
    wanted.flatMap((name) => (Object.hasOwn(local, name) ? [local[name]] : [])),
  );
  await Promise.all(present.map((reference): Promise<Blob> => steps.fetch(reference)));
}
