import { performance } from 'node:perf_hooks';
import { sharedClock } from '../../base/stopwatch.js';
import type { Kernel } from '../../actors/kernel.js';
import { labelOf, type RunTask } from '../run/executor.js';
import type { PayloadStore } from '../store/payload-store.js';
import type { ResultStore } from '../store/result-store.js';
import { messageBytes } from './message-bytes.js';
import type { JobRecord, LoopSample, MainSpan, ProfileRecords } from './records.js';

/**
 * Notes where a run's time goes. It wraps what does the work: where nobody profiles, nothing is wrapped. No reading of
 * its clock comes back into the run.
 */
export interface Profiler {
  tasks(run: RunTask): RunTask;
  kernel(kernel: Kernel): Kernel;
  payloads(store: PayloadStore): PayloadStore;
  results(store: ResultStore): ResultStore;
  /** A function that hashes on the main thread. */
  hashing<A extends unknown[], R>(name: string, hash: (...given: A) => R): (...given: A) => R;
  /** Ends the profile. @param workers of the run */
  records(workers: number): ProfileRecords;
  /** Ends the sampling of the event loop, whatever became of the run. */
  close(): void;
}

const sampleMilliseconds = 100;
/** Events of the kernel that follow one another so closely are shown as one. */
const burstMilliseconds = 0.02;

export function createProfiler(): Profiler {
  const start = sharedClock();
  const loopStart = performance.eventLoopUtilization();
  const jobs: JobRecord[] = [];
  const main: MainSpan[] = [];
  const background: MainSpan[] = [];
  const loop: LoopSample[] = [];
  let sampled = loopStart;
  const sampling = setInterval(() => {
    const now = performance.eventLoopUtilization();
    loop.push({
      time: sharedClock(),
      utilization: performance.eventLoopUtilization(now, sampled).utilization,
    });
    sampled = now;
  }, sampleMilliseconds);
  sampling.unref();

  function note(into: MainSpan[], category: MainSpan['category'], name: string, begun: number): void {
    into.push({ category, name, start: begun, milliseconds: sharedClock() - begun });
  }

  async function meanwhile<R>(category: MainSpan['category'], name: string, wait: Promise<R>): Promise<R> {
    const begun = sharedClock();
    try {
      return await wait;
    } finally {
      note(background, category, name, begun);
    }
  }

  function noteEvent(begun: number): void {
    const last = main.at(-1);
    if (last?.category === 'kernel' && begun - last.start - last.milliseconds < burstMilliseconds)
      main[main.length - 1] = { ...last, milliseconds: sharedClock() - last.start };
    else note(main, 'kernel', 'events', begun);
  }

  return {
    tasks: (run) => async (task) => {
      const submitted = sharedClock();
      const toWorker = messageBytes(task);
      const completed = await run({ ...task, profile: true });
      const handled = sharedClock();
      if ('failure' in completed || !completed.trace) return completed;
      const { trace, ...rest } = completed;
      jobs.push({
        ...trace,
        label: labelOf(task.job),
        server: task.job.kind === 'step' && task.job.role === 'server',
        submitted,
        handled,
        engineMilliseconds: completed.engineMilliseconds,
        toWorker,
        fromWorker: messageBytes(rest),
      });
      return rest;
    },
    kernel: (kernel) => ({
      ...kernel,
      schedule: (delay, action, priority) =>
        kernel.schedule(
          delay,
          () => {
            const begun = sharedClock();
            const pending = action();
            noteEvent(begun);
            return pending && meanwhile('wait', 'kernel waits for a job', pending);
          },
          priority,
        ),
    }),
    payloads: (store) => ({
      ...store,
      read: (reference) => meanwhile('cache', 'read a payload', store.read(reference)),
      write: (blob) => meanwhile('cache', 'write a payload', store.write(blob)),
    }),
    results: (store) => ({
      read: (key) => meanwhile('cache', 'read a result', store.read(key)),
      write: (key, value) => meanwhile('cache', 'write a result', store.write(key, value)),
    }),
    hashing:
      (name, hash) =>
      (...given) => {
        const begun = sharedClock();
        const hashed = hash(...given);
        note(main, 'hash', name, begun);
        return hashed;
      },
    records: (workers) => ({
      start,
      end: sharedClock(),
      workers,
      jobs,
      main,
      background,
      loop,
      loopMilliseconds: performance.eventLoopUtilization(loopStart).active,
    }),
    close: () => {
      clearInterval(sampling);
    },
  };
}
