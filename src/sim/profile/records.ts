import type { MessageBytes } from './message-bytes.js';
import type { Span } from './spans.js';

/** What a worker tells of a job; all times are milliseconds of the shared clock. */
export interface JobTrace {
  /** Node's number of the thread. */
  readonly thread: number;
  /** When the thread had loaded its code. */
  readonly ready: number;
  readonly received: number;
  /** When engine and backbone were open and the job itself began. */
  readonly began: number;
  readonly finished: number;
  readonly spans: readonly Span[];
}

/** A job as the main thread and its worker saw it. */
export interface JobRecord extends JobTrace {
  /** Its kind; of a step, who does what. */
  readonly label: string;
  /** Whether the server does it: of the server's steps, aggregation is the one that counts. */
  readonly server: boolean;
  readonly submitted: number;
  /** When the main thread had the result. */
  readonly handled: number;
  readonly engineMilliseconds: number;
  readonly toWorker: MessageBytes;
  readonly fromWorker: MessageBytes;
}

/** Something the main thread did. */
export interface MainSpan {
  readonly category: 'kernel' | 'hash' | 'cache' | 'wait';
  readonly name: string;
  readonly start: number;
  readonly milliseconds: number;
}

/** The event loop since the sample before: its share of time at work. */
export interface LoopSample {
  readonly time: number;
  readonly utilization: number;
}

/** All that was noted of a run. */
export interface ProfileRecords {
  readonly start: number;
  readonly end: number;
  readonly workers: number;
  readonly jobs: readonly JobRecord[];
  /** They nest or follow one another. */
  readonly main: readonly MainSpan[];
  /** The main thread goes on meanwhile: they overlap. */
  readonly background: readonly MainSpan[];
  readonly loop: readonly LoopSample[];
  /** The event loop's milliseconds at work. */
  readonly loopMilliseconds: number;
}

/** A job with the moment at which it left the queue. */
export interface DispatchedJob extends JobRecord {
  /** When it was handed to its worker: at once, or when the main thread had the result of the worker's job before. */
  readonly dispatched: number;
  /** When its message was on the way: a thread that is starting reads none. */
  readonly posted: number;
}

/** Jobs in the order in which workers received them. A worker has one job at a time. */
export function dispatchedJobs(jobs: readonly JobRecord[]): DispatchedJob[] {
  const free = new Map<number, number>();
  return jobs
    .toSorted((a, b) => a.received - b.received)
    .map((job) => {
      const dispatched = Math.min(job.received, Math.max(job.submitted, free.get(job.thread) ?? 0));
      free.set(job.thread, job.handled);
      const posted = Math.min(job.received, Math.max(dispatched, job.ready));
      return { ...job, dispatched, posted };
    });
}
