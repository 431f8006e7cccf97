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

/**
 * Jobs in the order in which workers received them. A worker has one job at a time; the main thread may hand it the next
 * a moment before it goes on with the result of the last, so that one counts as handled then.
 */
export function dispatchedJobs(jobs: readonly JobRecord[]): DispatchedJob[] {
  const last = new Map<number, number>();
  const dispatched: DispatchedJob[] = [];
  for (const job of jobs.toSorted((a, b) => a.received - b.received)) {
    const before = last.get(job.thread);
    const free = before === undefined ? 0 : dispatched[before].handled;
    const handed = Math.min(job.received, Math.max(job.submitted, free));
    if (before !== undefined)
      dispatched[before] = { ...dispatched[before], handled: Math.min(dispatched[before].handled, handed) };
    last.set(job.thread, dispatched.length);
    dispatched.push({
      ...job,
      dispatched: handed,
      posted: Math.min(job.received, Math.max(handed, job.ready)),
    });
  }
  return dispatched;
}
