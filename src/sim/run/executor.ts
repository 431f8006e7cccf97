import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { FeddymemError } from '../../base/errors.js';
import type { Completed, Environment, Job, JobResults, ResultOf } from '../worker/jobs.js';
import { runTask, type Task, type TaskFailure } from '../worker/worker.js';

/** Where jobs run. Results never depend on it. */
export interface Executor {
  readonly workers: number;
  run<J extends Job>(job: J): Promise<ResultOf<J>>;
  /** Ends running and waiting jobs at their next step. */
  stop(): void;
  /** Worker milliseconds so far, by kind of job (steps by their names): in all, and inside the engine. */
  spent(): Readonly<Record<string, { readonly milliseconds: number; readonly engineMilliseconds: number }>>;
  close(): Promise<void>;
}

export type RunTask = (task: Task) => Promise<Completed<JobResults[Job['kind']]> | TaskFailure>;

/** Wraps how tasks are run: for profiles. */
export type AroundTasks = (run: RunTask) => RunTask;
const unchanged: AroundTasks = (run) => run;

/** Threads that run any environment's tasks, first come, first served. */
export interface WorkerPool {
  readonly workers: number;
  run: RunTask;
  close(): Promise<void>;
}

/** Worker threads; `inline`: this thread, one task at a time. */
export function openWorkers(workers: number | 'inline'): WorkerPool {
  if (workers === 'inline') return { workers: 1, run: runHere, close: () => Promise.resolve() };
  const pool = new Piscina({
    filename: workerFile(),
    name: 'runTask',
    minThreads: workers,
    maxThreads: workers,
    // A queue of blobs in shared memory costs nothing; results are awaited in virtual time anyway.
    maxQueue: Infinity,
  });
  return { workers, run: (task) => pool.run(task) as ReturnType<RunTask>, close: () => pool.destroy() };
}

/** A pool of worker threads; left out, one a core. */
export function createPool(
  environment: Environment,
  workers = availableParallelism(),
  around: AroundTasks = unchanged,
): Executor {
  const pool = openWorkers(workers);
  return executor(environment, workers, around(pool.run), () => pool.close());
}

/** A run's own share of a pool that others use too: to stop or close it ends this run's jobs alone. */
export function executorOn(
  pool: WorkerPool,
  environment: Environment,
  around: AroundTasks = unchanged,
): Executor {
  return executor(environment, pool.workers, around(pool.run), () => Promise.resolve());
}

/** Runs jobs in this thread: for tests and tiny runs. */
export function createInlineExecutor(environment: Environment, around: AroundTasks = unchanged): Executor {
  return executor(environment, 1, around(runHere), () => Promise.resolve());
}

let lastHere: Promise<unknown> = Promise.resolve();

/** One after another: runs side by side have flags of their own that stop them, and a thread knows one at a time. */
function runHere(task: Task): ReturnType<RunTask> {
  const turn = lastHere.then(() => runTask(task));
  lastHere = turn.catch(() => undefined);
  return turn;
}

function executor(
  environment: Environment,
  workers: number,
  run: RunTask,
  close: () => Promise<void>,
): Executor {
  const spent: Record<string, { milliseconds: number; engineMilliseconds: number }> = {};
  const stopFlag = new Int32Array(new SharedArrayBuffer(4));
  const running = new Set<Promise<unknown>>();
  const stop = () => {
    Atomics.store(stopFlag, 0, 1);
  };
  return {
    workers,
    async run<J extends Job>(job: J) {
      const task = run({ environment, job, stop: stopFlag });
      running.add(task);
      const completed = await task.finally(() => running.delete(task));
      if ('failure' in completed) {
        const { code, message, hint, stack } = completed.failure;
        throw new FeddymemError(code, message, hint, { cause: stack });
      }
      const total = (spent[labelOf(job)] ??= { milliseconds: 0, engineMilliseconds: 0 });
      total.milliseconds += completed.milliseconds;
      total.engineMilliseconds += completed.engineMilliseconds;
      return completed.result as ResultOf<J>;
    },
    stop,
    spent: () => spent,
    async close() {
      stop();
      await Promise.allSettled(running);
      await close();
    },
  };
}

/** What a job's time is booked under. */
export function labelOf(job: Job): string {
  return job.kind === 'step' ? `${job.role} ${job.step.name}` : job.kind;
}

/** Workers load compiled files: under a test runner this file is TypeScript and the build lies beside src. */
function workerFile(): string {
  const here = import.meta.url;
  const folder = here.endsWith('.ts') ? '../../../dist/sim/worker/worker.js' : '../worker/worker.js';
  return fileURLToPath(new URL(folder, here));
}
