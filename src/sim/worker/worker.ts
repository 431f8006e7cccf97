import { threadId } from 'node:worker_threads';
import { sharedClock, stopwatch } from '../../base/stopwatch.js';
import { FeddymemError, messageOf, type ErrorCode } from '../../base/errors.js';
import { leaksOf } from '../data/leaks/federation-leaks.js';
import { profiledEngine } from '../profile/profiled-engine.js';
import { collectSpans } from '../profile/spans.js';
import { computeFeatures, countCached } from './compute-features.js';
import type { Completed, Environment, Job, JobResults } from './jobs.js';
import { runStep } from './run-step.js';
import { measurePixels, scoreImages } from './score-images.js';
import { openWorkbench, type Workbench } from './workbench.js';

/** When this thread could begin, for profiles. */
const ready = sharedClock();

/** One bench an environment and thread, opened at its first job. */
const benches = new Map<string, Promise<Workbench>>();

export interface Task {
  readonly environment: Environment;
  readonly job: Job;
  /** In shared memory; not 0 once jobs are to end: a thread can't be killed inside native code. */
  readonly stop: Int32Array;
  /** Asks for a trace with the result. */
  readonly profile?: boolean;
}

/** The flag of the task under way. */
let stopFlag: Int32Array | undefined;

function throwIfStopped(): void {
  if (stopFlag && Atomics.load(stopFlag, 0) !== 0) throw new FeddymemError('interrupted', 'interrupted');
}

/** An error as plain data: classes do not survive the way back from a worker. */
export interface TaskFailure {
  readonly failure: {
    readonly code: ErrorCode;
    readonly message: string;
    readonly hint?: string;
    readonly stack?: string;
  };
}

/** The worker threads' entry: runs one job. Results depend on the job alone. */
export async function runTask({
  environment,
  job,
  stop,
  profile,
}: Task): Promise<Completed<JobResults[Job['kind']]> | TaskFailure> {
  const received = profile ? sharedClock() : 0;
  try {
    stopFlag = stop;
    throwIfStopped();
    const bench = await benchOf(environment);
    const busyBefore = bench.engine.busyMilliseconds();
    const elapsed = stopwatch();
    const measured = (result: JobResults[Job['kind']]) => ({
      result,
      milliseconds: elapsed(),
      engineMilliseconds: bench.engine.busyMilliseconds() - busyBefore,
    });
    if (!profile) return measured(await runJob(bench, job));
    const began = sharedClock();
    const { result, spans } = await collectSpans(() =>
      runJob({ ...bench, engine: profiledEngine(bench.engine) }, job),
    );
    const trace = { thread: threadId, ready, received, began, finished: sharedClock(), spans };
    return { ...measured(result), trace };
  } catch (error) {
    const { code, hint } =
      error instanceof FeddymemError ? error : { code: 'run-failed' as const, hint: undefined };
    return { failure: { code, message: messageOf(error), hint, stack: (error as Error).stack } };
  }
}

function benchOf(environment: Environment): Promise<Workbench> {
  const key = JSON.stringify(environment);
  const known = benches.get(key);
  if (known) return known;
  const opening = openWorkbench(environment, throwIfStopped);
  benches.set(key, opening);
  // Weights may be there by the next job.
  opening.catch(() => benches.delete(key));
  return opening;
}

function runJob(bench: Workbench, job: Job): Promise<JobResults[Job['kind']]> {
  switch (job.kind) {
    case 'engine':
      return Promise.resolve({ version: bench.engine.version, device: bench.engine.device });
    case 'features':
      return computeFeatures(bench, job);
    case 'leaks':
      return leaksOf(job.files, bench.cacheFolder, throwIfStopped);
    case 'cached':
      return countCached(bench, job);
    case 'step':
      return runStep(bench, job);
    case 'score':
      return scoreImages(bench, job);
    case 'pixels':
      return measurePixels(bench, job);
  }
}
