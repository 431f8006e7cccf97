import { availableParallelism } from 'node:os';
import type { Blob, BlobMap, BlobReference } from '../../base/blob.js';
import { FeddymemError, runFailed } from '../../base/errors.js';
import { stopwatch } from '../../base/stopwatch.js';
import { serverId } from '../../actors/messages.js';
import { channelsOf, patchGrid } from '../../model/backbone/backbone.js';
import { methods } from '../../model/methods/registry.js';
import type { Method } from '../../model/methods/method.js';
import type { ClientData } from '../data/image.js';
import { loadClients } from '../data/clients.js';
import type { RoundResult, RunResult } from '../result/run-result.js';
import type { Scenario } from '../scenario/schema.js';
import type { Environment } from '../worker/jobs.js';
import { loadBackbone } from '../worker/workbench.js';
import { backboneSource } from './backbone-source.js';
import { createBlobStore, type BlobStore } from './blob-store.js';
import { clientResults, meanResults, roundView } from './client-results.js';
import { createInlineExecutor, createPool, type Executor } from './executor.js';
import { prepareFeatures, type FeatureProgress } from './features.js';
import { checkMemorySizes } from './preflight.js';
import { scoreFederation, type Detectors, type FederationScores } from './scores.js';
import { simulate, stepsOf, type Federation, type Snapshot } from './simulate.js';
import { createStepRunner, finishFrom } from './step-runner.js';
import { createTraffic } from './traffic.js';
import { packageVersions } from './versions.js';

export interface RunOptions {
  /** Where relative data paths start; left out: FEDDYMEM_DATA. */
  readonly dataFolder?: string;
  readonly cacheFolder: string;
  /** `inline` runs every job in this thread. */
  readonly workers?: number | 'inline';
  readonly signal?: AbortSignal;
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
}

/** Runs a scenario from images to figures. Writes nothing but the feature cache. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<FinishedRun> {
  const total = stopwatch();
  const { signal, onProgress = () => undefined } = options;
  const dataFolder = options.dataFolder ?? process.env.FEDDYMEM_DATA;
  const clients = await loadClients(scenario, dataFolder);
  const environment: Environment = {
    engine: scenario.engine,
    backbone: backboneSource(scenario, dataFolder),
    cacheFolder: options.cacheFolder,
  };
  const backbone = await loadBackbone(environment.backbone);
  const grid = patchGrid(backbone, environment.backbone.ring);
  const patchesPerImage = grid.height * grid.width;
  checkMemorySizes(scenario, clients, patchesPerImage);

  const workers = options.workers ?? scenario.workers ?? availableParallelism();
  const executor =
    workers === 'inline' ? createInlineExecutor(environment) : createPool(environment, workers);
  // Workers may be deep in a job: it ends at its next step, and with it everyone who waits for its result.
  const { stop } = executor;
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const featureTime = stopwatch();
    const features = await prepareFeatures(
      clients,
      executor,
      (progress) => {
        onProgress({ kind: 'features', ...progress });
      },
      signal,
    );
    const featureSeconds = featureTime() / 1000;

    const { name: methodName, ...settings } = scenario.method;
    const method: Method = methods[methodName];
    const heldOut = scenario.holdOut;
    const participants = clients.map(({ id }) => id).filter((id) => !heldOut.includes(id));
    const trainImages = new Map(clients.map(({ id, train }) => [id, train.length]));
    const federation: Federation = {
      method,
      settings,
      participants,
      heldOut,
      link: {
        latency: scenario.link.latency,
        uploadRate: 1e6 * scenario.link.uploadMbit,
        downloadRate: 1e6 * scenario.link.downloadMbit,
      },
      clientSpeed: 1e9 * scenario.device.clientGflops,
      serverSpeed: 1e9 * scenario.device.serverGflops,
      sizesOf: (client) => ({
        trainingImages: trainImages.get(client) ?? 0,
        patchesPerImage,
        channels: channelsOf(backbone),
        clients: participants.length,
      }),
    };
    const steps = stepsOf(federation);
    const store = createBlobStore();
    const runStep = createStepRunner(
      { method: methodName, settings, seed: scenario.seed, features },
      executor,
      store,
    );
    const traffic = createTraffic(steps);
    const rounds: Promise<RoundResult>[] = [];

    const score = (states: ReadonlyMap<string, BlobMap>, scope: 'own' | 'global') =>
      scoreFederation(executor, {
        clients,
        features,
        detectors: detectorsOf(states, store),
        generator: settings.training.generator,
        imageScore: settings.imageScore,
        scope,
        participants,
      });

    /** A round's figures as if no other followed: the finishing steps, run aside from a snapshot. */
    const closeRound = async (snapshot: Snapshot, round: number): Promise<RoundResult> => {
      const views = scenario.evaluate.rounds;
      let measured = {};
      if (views.length > 0 && round < settings.rounds) {
        const finishing = steps.filter((step) => step.finishing);
        const states = await finishFrom(runStep, finishing, serverId, snapshot, heldOut);
        const scored = await score(states, views.includes('global') ? 'global' : 'own');
        measured = roundView(scored, clients, participants, views);
      }
      const { bytesUp, bytesDown, virtualSeconds, losses } = traffic.of(round);
      const loss = losses.length > 0 ? losses.reduce((sum, value) => sum + value, 0) / losses.length : null;
      const result = { round, ...measured, bytesUp, bytesDown, virtualSeconds, loss };
      if (round < settings.rounds) onProgress({ kind: 'round', round: result, rounds: settings.rounds });
      return result;
    };

    const trainingTime = stopwatch();
    const { final, digest } = await simulate(
      federation,
      runStep,
      {
        onEvent: (event) => {
          traffic.add(event);
          if (event.kind === 'recorded' && event.event.kind === 'step-done') {
            const { name, round } = steps[event.event.step];
            onProgress({ kind: 'step', name, round, virtualSeconds: event.time });
          }
        },
        onJournalLine: options.onJournalLine ?? (() => undefined),
        onStepDone(snapshot) {
          const { round, finishing } = steps[snapshot.step];
          const next = steps.at(snapshot.step + 1);
          if (round === null || finishing || round === settings.rounds || next?.round === round) return;
          const closing = closeRound(snapshot, round);
          closing.catch(() => undefined);
          rounds.push(closing);
        },
      },
      signal,
    );
    const earlier = await Promise.all(rounds);
    const trainingSeconds = trainingTime() / 1000;

    onProgress({ kind: 'scoring' });
    const scoringTime = stopwatch();
    const scored = await score(final.clients, 'global');
    signal?.throwIfAborted();
    const results = await clientResults(executor, scored, clients, participants);
    const last = {
      ...(await closeRound(final, settings.rounds)),
      ...roundView(scored, clients, participants, ['own', 'global']),
    };
    onProgress({ kind: 'round', round: last, rounds: settings.rounds });
    const scoringSeconds = scoringTime() / 1000;

    const sum = (pick: (round: RoundResult) => number) =>
      [...earlier, last].reduce((all, round) => all + pick(round), 0);
    const once = traffic.of(null);
    const result: RunResult = {
      scenario: scenario.name,
      seed: scenario.seed,
      engine: scenario.engine,
      method: methodName,
      versions: packageVersions(),
      clients: results,
      mean: meanResults(results),
      rounds: [...earlier, last],
      bytes: {
        up: sum((round) => round.bytesUp),
        down: sum((round) => round.bytesDown),
        once: once.bytesUp + once.bytesDown,
      },
      journalDigest: digest,
      wallSeconds: {
        features: featureSeconds,
        training: trainingSeconds,
        scoring: scoringSeconds,
        total: total() / 1000,
      },
    };
    return {
      scenario,
      result,
      clients,
      scores: scored,
      states: final,
      store,
      environment,
      spent: executor.spent(),
      workers: executor.workers,
    };
  } catch (error) {
    if (signal?.aborted) throw new FeddymemError('interrupted', 'interrupted', undefined, { cause: error });
    throw error instanceof FeddymemError ? error : runFailed((error as Error).message, undefined, error);
  } finally {
    signal?.removeEventListener('abort', stop);
    await executor.close();
  }
}

function detectorsOf(states: ReadonlyMap<string, BlobMap>, store: BlobStore): Detectors {
  const fetch = (reference: BlobReference | undefined): Blob | null =>
    reference ? { hash: reference.hash, bytes: store.get(reference) } : null;
  return new Map([...states].map(([id, local]) => [id, fetch(local.detector as BlobReference | undefined)]));
}
