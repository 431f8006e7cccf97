import { availableParallelism } from 'node:os';
import { stopwatch } from '../../base/stopwatch.js';
import type { Json } from '../../base/hash.js';
import { channelsOf, patchGrid } from '../../model/backbone/backbone.js';
import { loadClients } from '../data/clients.js';
import type { ClientData } from '../data/image.js';
import { denyLeaks, filesOf } from '../data/leaks/federation-leaks.js';
import type { LeakSummary } from '../data/leaks/summary.js';
import { createProfiler, type Profiler } from '../profile/profiler.js';
import { createPayloadStore } from '../store/payload-store.js';
import { createResultStore } from '../store/result-store.js';
import { beginUse } from '../store/runs-under-way.js';
import type { Environment } from '../worker/jobs.js';
import { loadBackbone } from '../worker/workbench.js';
import { backboneSource } from './backbone-source.js';
import { createBlobStore, type BlobStore, type MemoryLimits } from './blob-store.js';
import { buildFederation, type ScenarioSegment } from './build-federation.js';
import { engineOf } from './engine-choice.js';
import { createInlineExecutor, createPool, type AroundTasks, type Executor } from './executor.js';
import { prepareFeatures, type ClientFeatures, type FeatureProgress, type SkippedImage } from './features.js';
import { segmentAt, type Federation } from './federation.js';
import { checkDeviceMemory, checkMemorySizes, checkMinimum, checkScoreCount } from './preflight.js';
import type { SharedWork } from './shared-work.js';
import { createStepRunner, type StepRunner } from './step-runner.js';
import { engineVersions, versionsOfResults } from './versions.js';

export interface PrepareOptions {
  /** Where relative data paths start; left out: FEDDYMEM_DATA. */
  readonly dataFolder?: string;
  readonly cacheFolder: string;
  /** `inline` runs every job in this thread. */
  readonly workers?: number | 'inline';
  /**
   * `reuse`: takes results of earlier runs and leaves its own; `recompute`: computes everything, leaves its payloads;
   * `off`: touches neither.
   */
  readonly results?: 'reuse' | 'recompute' | 'off';
  /** What runs side by side have in common; its workers are used, and `workers` is not. */
  readonly shared?: SharedWork;
  /** How much of what is on disk stays in memory; left out: what usual machines hold. Results never depend on it. */
  readonly memory?: MemoryLimits;
  /** Wraps the executor: for tests of when results arrive. */
  readonly around?: (executor: Executor) => Executor;
  readonly signal?: AbortSignal;
  /** Training images that are test images too are bad input. */
  readonly denyLeaks?: boolean;
  /** Notes where the time goes. No figure depends on it. */
  readonly profile?: boolean;
}

/** Everything a run needs before its first event. */
export interface PreparedRun {
  readonly federation: Federation;
  readonly clients: readonly ClientData[];
  /** Broken images that were left out. */
  readonly skipped: readonly SkippedImage[];
  /** Training images that are test images too, looked for meanwhile; null where images are drawn. */
  readonly leaks: Promise<LeakSummary | null>;
  readonly features: ReadonlyMap<string, ClientFeatures>;
  readonly environment: Environment;
  readonly executor: Executor;
  readonly store: BlobStore;
  readonly steps: StepRunner;
  /** What the figures depend on, for the result. */
  readonly versions: Readonly<Record<string, string>>;
  readonly featureSeconds: number;
  /** Where a profile is asked for. */
  readonly profiler: Profiler | undefined;
  close(): Promise<void>;
}

/** Loads data, computes features, opens workers and stores. @throws FeddymemError (bad-input) before anything is computed */
export async function prepareRun(
  scenarios: readonly ScenarioSegment[],
  options: PrepareOptions,
  onFeatures: (progress: FeatureProgress) => void,
): Promise<PreparedRun> {
  const { scenario } = scenarios[scenarios.length - 1];
  const { cacheFolder, signal, shared, results = 'reuse' } = options;
  const dataFolder = options.dataFolder ?? process.env.FEDDYMEM_DATA;
  const given = await loadClients(scenario, dataFolder);
  const backbone = backboneSource(scenario, dataFolder, cacheFolder);
  const engine = engineOf(scenario);
  const environment: Environment = { engine, provider: scenario.engineDevice, backbone, cacheFolder };
  const loaded = await loadBackbone(backbone);
  const grid = patchGrid(loaded, backbone.ring);
  const patchesPerImage = grid.height * grid.width;
  const federationOf = async (clients: readonly ClientData[]) => {
    for (const segment of scenarios) checkMemorySizes(segment.scenario, clients, patchesPerImage);
    const built = await buildFederation(scenarios, clients, {
      patchesPerImage,
      channels: channelsOf(loaded),
    });
    checkDeviceMemory(built);
    checkMinimum(built);
    checkScoreCount(clients, built);
    return built;
  };
  // Now, so that what can be known to fail fails before anything is computed.
  const expected = await federationOf(given);

  const profiler = options.profile ? createProfiler() : undefined;
  const opened =
    shared?.executor(environment, profiler?.tasks) ??
    ownExecutor(environment, options.workers ?? scenario.workers, profiler?.tasks);
  const executor = options.around?.(opened) ?? opened;
  // Workers may be deep in a job: it ends at its next step, and with it everyone who waits for its result.
  const { stop } = executor;
  const endUse = await beginUse(cacheFolder);
  signal?.addEventListener('abort', stop, { once: true });
  const close = async () => {
    signal?.removeEventListener('abort', stop);
    profiler?.close();
    await executor.close();
    await endUse();
  };
  try {
    const versions = engineVersions(engine, await executor.run({ kind: 'engine' }));
    const featureTime = stopwatch();
    const { data } = scenario;
    const broken = data.source === 'folder' ? data.broken : 'fail';
    const files = filesOf(given);
    const leaks = files ? executor.run({ kind: 'leaks', files }) : Promise.resolve(null);
    // Who awaits it at the end hears of it; a run that fails before has its own error.
    leaks.catch(() => undefined);
    const prepared = await prepareFeatures(given, broken, executor, onFeatures, signal);
    if (options.denyLeaks) denyLeaks(await leaks);
    const { features, clients, skipped } = prepared;
    const federation = skipped.length > 0 ? await federationOf(clients) : expected;
    const payloads = results === 'off' ? undefined : createPayloadStore(cacheFolder);
    const store = createBlobStore(
      payloads && profiler ? profiler.payloads(payloads) : payloads,
      options.memory,
    );
    const known = results === 'reuse' ? createResultStore(cacheFolder) : undefined;
    const { name, ring } = backbone;
    const steps = createStepRunner(
      {
        engine,
        method: federation.methodChoice,
        seed: scenario.seed,
        backbone: { name, ring, key: loaded.key } satisfies Json,
        versions: versionsOfResults(engine, versions),
        settingsAt: (round) => segmentAt(federation.segments, round).settings,
        features,
      },
      executor,
      store,
      known && profiler ? profiler.results(known) : known,
      results === 'reuse' ? shared?.jobs : undefined,
      profiler,
    );
    const featureSeconds = featureTime() / 1000;
    return {
      federation,
      clients,
      skipped,
      leaks,
      features,
      environment,
      executor,
      store,
      steps,
      versions,
      featureSeconds,
      profiler,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function ownExecutor(
  environment: Environment,
  workers: number | 'inline' = availableParallelism(),
  around?: AroundTasks,
): Executor {
  return workers === 'inline'
    ? createInlineExecutor(environment, around)
    : createPool(environment, workers, around);
}
