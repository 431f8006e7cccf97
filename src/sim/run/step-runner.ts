import { z } from 'zod';
import type { Blob, BlobMap, BlobReference } from '../../base/blob.js';
import { runFailed } from '../../base/errors.js';
import type { ContentHash, Json } from '../../base/hash.js';
import type { StepJob, StepOutcome } from '../../actors/steps.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import type { MethodChoice } from '../../model/methods/own-method.js';
import type { Profiler } from '../profile/profiler.js';
import type { ResultStore } from '../store/result-store.js';
import type { BlobStore } from './blob-store.js';
import type { Executor } from './executor.js';
import type { ClientFeatures } from './features.js';
import { hashOfImages, jobKeys, type JobSetting } from './job-key.js';
import type { JobsUnderWay } from './jobs-under-way.js';
import { createRecent } from './recent.js';
import type { PatchSource, MethodResult } from '../worker/jobs.js';

/** What all steps of a run have in common. */
export interface StepSetting extends JobSetting {
  readonly method: MethodChoice;
  /** A fork changes settings from a round on. */
  settingsAt(round: number | null): MethodSettings;
  readonly features: ReadonlyMap<string, ClientFeatures>;
}

/** A job and the settings that it is done with. */
interface Work {
  readonly job: StepJob;
  readonly settings: MethodSettings;
}

export interface StepRunner {
  /** @param settings left out: those that hold in the job's round */
  run(job: StepJob, settings?: MethodSettings): Promise<StepOutcome>;
  /** A blob's bytes, computed again if they are nowhere any more. */
  fetch(reference: BlobReference): Promise<Blob>;
  /** Waits until all results are on disk. @throws FeddymemError when they can't be written */
  flush(): Promise<void>;
  /** Jobs computed, and jobs whose results were there. */
  counts(): { readonly computed: number; readonly reused: number };
}

/**
 * Runs steps as pure jobs: a job with the same inputs is computed once, in this run by memory, over runs by the result
 * store. Resume, fork and repetition all rest on this.
 * @param results left out: nothing is taken from earlier runs, and nothing left for later ones
 * @param underWay jobs of runs beside this one, which leave their results in the same store
 */
export function createStepRunner(
  setting: StepSetting,
  executor: Executor,
  store: BlobStore,
  results?: ResultStore,
  underWay?: JobsUnderWay<ContentHash>,
  profiler?: Pick<Profiler, 'hashing'>,
): StepRunner {
  const keys = jobKeys({
    engine: setting.engine,
    method: setting.method,
    seed: setting.seed,
    backbone: setting.backbone,
    versions: setting.versions,
  });
  const keyOf = profiler ? profiler.hashing('key of a job', keys) : keys;
  // What is forgotten is on disk, results and blobs alike: a run of many rounds does not grow.
  const known = createRecent<ContentHash, Promise<StepOutcome>>(results ? knownJobs : Infinity);
  /** Which job makes a blob: the way to get it back when it is gone. Of those on disk, the newest ones'. */
  const makers = new Map<ContentHash, Work>();
  const makersOfKept = createRecent<ContentHash, Work>(keptBlobs);
  const writing = new Set<Promise<void>>();
  let failure: unknown;
  let computed = 0;
  let reused = 0;

  function imagesOf({ role, actor }: StepJob): readonly PatchSource[] {
    return role === 'server' ? noImages : (setting.features.get(actor)?.train ?? noImages);
  }

  const imageHashes = new Map<string, ContentHash>();
  /** Drawn images are listed anew by whoever asks, so their hash is what is kept. */
  function imagesHash(job: StepJob): ContentHash {
    let found = imageHashes.get(job.actor);
    if (!found) imageHashes.set(job.actor, (found = hashOfImages(imagesOf(job))));
    return found;
  }

  async function run(work: Work, key: ContentHash): Promise<StepOutcome> {
    const giveBack = await underWay?.take(key);
    let kept: Promise<void> | undefined;
    try {
      const stored = await results?.read(key);
      const parsed = stored === undefined || stored === null ? undefined : outcomeSchema.safeParse(stored);
      if (parsed?.success && (await isAtHand(work.job, parsed.data))) {
        reused++;
        return registered(work, parsed.data);
      }
      const outcome = outcomeOf(work, await compute(work));
      if (results) kept = keep(results, key, outcome);
      return outcome;
    } finally {
      // Nobody can find a result before it is kept.
      if (giveBack) void Promise.resolve(kept).then(giveBack);
    }
  }

  /** Nobody waits for the disk; a result is written after the blobs it names. */
  function keep(kept: ResultStore, key: ContentHash, outcome: StepOutcome): Promise<void> {
    const write = store
      .flush()
      .then(() => kept.write(key, outcome as unknown as Json))
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => writing.delete(write));
    writing.add(write);
    return write;
  }

  /** Messages and the server's state are read at once, by its checks of uploads; a client's state only when needed. */
  async function isAtHand(job: StepJob, { local, message, setup }: StepOutcome): Promise<boolean> {
    const needed = [message, setup, ...(job.role === 'server' ? Object.values(local) : [])];
    const blobs = needed.filter((blob) => blob !== null);
    const found = await Promise.all(blobs.map((blob) => store.find(blob)));
    return found.every((bytes) => bytes !== null);
  }

  function registered(work: Work, outcome: StepOutcome): StepOutcome {
    for (const blob of [...Object.values(outcome.local), outcome.message, outcome.setup]) {
      if (!blob || makerOf(blob)) continue;
      if (store.keeps(blob)) makersOfKept.set(blob.hash, work);
      else makers.set(blob.hash, work);
    }
    return outcome;
  }

  function makerOf({ hash }: BlobReference): Work | undefined {
    return makers.get(hash) ?? makersOfKept.get(hash);
  }

  async function fetch(reference: BlobReference): Promise<Blob> {
    const { hash } = reference;
    let bytes = await store.find(reference);
    if (!bytes) {
      const maker = makerOf(reference);
      if (!maker) throw runFailed(`blob ${hash} is gone, and nobody knows who made it`, startAgain);
      const made = blobsOf(await compute(maker)).find((blob) => blob.hash === hash);
      if (!made) {
        const { step, actor } = maker.job;
        throw runFailed(`step ${step.name} at ${actor} no longer makes blob ${hash}`, startAgain);
      }
      ({ bytes } = made);
    }
    return { hash, bytes };
  }

  async function compute({ job, settings }: Work): Promise<MethodResult> {
    // All at once: one that fails must not leave another's failure to nobody.
    const [entries, setup, received] = await Promise.all([
      Promise.all(
        Object.entries(job.local).map(async ([name, reference]) => [name, await fetch(reference)] as const),
      ),
      job.setup && fetch(job.setup),
      Promise.all(
        job.received.map(async ({ from, payload, weight }) => ({
          from,
          weight,
          payload: payload && (await fetch(payload)),
        })),
      ),
    ]);
    const result = await executor.run({
      kind: 'step',
      method: setting.method,
      settings,
      seed: setting.seed,
      actor: job.actor,
      role: job.role,
      step: job.step,
      local: Object.fromEntries(entries),
      setup,
      received,
      images: imagesOf(job),
    });
    computed++;
    for (const blob of blobsOf(result)) store.put(blob);
    return result;
  }

  function outcomeOf(work: Work, result: MethodResult): StepOutcome {
    const local = Object.entries(result.local).map(([name, blob]) => [name, blob && referenceTo(blob)]);
    return registered(work, {
      local: Object.fromEntries(local) as StepOutcome['local'],
      message: result.message && referenceTo(result.message),
      setup: result.setup && referenceTo(result.setup),
      // A diverged training has none to tell; its detector's scores say so.
      figures: Object.fromEntries(
        Object.entries(result.figures).filter(([, value]) => Number.isFinite(value)),
      ),
    });
  }

  return {
    run(job, settings = setting.settingsAt(job.step.round)) {
      const key = keyOf(job, settings, imagesHash(job));
      let outcome = known.get(key);
      if (!outcome) known.set(key, (outcome = run({ job, settings }, key)));
      return outcome;
    },
    fetch,
    async flush() {
      await Promise.all(writing);
      await store.flush();
      if (failure) throw failure as Error;
    },
    counts: () => ({ computed, reused }),
  };
}

/** Results that are asked for again soon: of a client that was restarted, or absent when two rounds were evaluated. */
const knownJobs = 4000;
/** Blobs that could be computed again if somebody cleared the cache during the run. */
const keptBlobs = 20_000;

const startAgain = 'Somebody may have cleared the cache: start again, and what is left of it is taken.';

const noImages: readonly PatchSource[] = [];

function blobsOf({ local, message, setup }: MethodResult): Blob[] {
  return [...Object.values(local), message, setup].filter((blob) => blob !== null);
}

function referenceTo({ hash, bytes }: Blob): BlobReference {
  return { hash, bytes: bytes.byteLength };
}

const blobReference = z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/), bytes: z.int().nonnegative() });
const outcomeSchema = z.object({
  local: z.record(z.string(), blobReference.nullable()),
  message: blobReference.nullable(),
  setup: blobReference.nullable(),
  figures: z.record(z.string(), z.number()),
});

/** Everyone's state at the end of a step. */
export interface Snapshot {
  readonly step: number;
  /** Of everyone who finishes or is held out; clients that were never asked have nothing. */
  readonly clients: ReadonlyMap<string, BlobMap>;
  readonly server: BlobMap;
  readonly setup: BlobReference | null;
  /** What the server would broadcast next. */
  readonly broadcast: BlobReference | null;
}
