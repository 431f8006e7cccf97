import { dispatchedJobs, type JobRecord, type MainSpan, type ProfileRecords } from './records.js';

/** Where a run's time went, in seconds of wall time. Times of workers are summed over them. */
export interface ProfileSummary {
  /** From the start to the last figure; the files that are written afterwards are not in it. */
  readonly wallSeconds: number;
  readonly workers: number;
  /** Workers at jobs. */
  readonly jobSeconds: number;
  /** … of it inside the engine's native library. */
  readonly engineSeconds: number;
  /** … of it in engine calls: the library, compiling, and handing blocks over. */
  readonly engineCallSeconds: number;
  /** … of it encoding and hashing blobs. */
  readonly hashSeconds: number;
  /** … of it reading, checking and writing cached features. */
  readonly cacheSeconds: number;
  /** … of it opening engine and backbone. */
  readonly openSeconds: number;
  /** … of it in jobs of the server: aggregation, mostly. */
  readonly serverSeconds: number;
  /** Jobs and results on their way between threads. */
  readonly transferSeconds: number;
  /** Threads loading their code. */
  readonly startSeconds: number;
  /** Workers without a job. */
  readonly idleSeconds: number;
  /** Jobs waiting for a worker, summed over the jobs. */
  readonly queueSeconds: number;
  /** The main thread in the kernel's events. */
  readonly kernelSeconds: number;
  /** The main thread's event loop at work, the kernel's events included. */
  readonly mainThreadSeconds: number;
  readonly jobs: number;
  /** Bytes of messages between threads that were copied, and of memory that they shared instead. */
  readonly bytesCloned: number;
  readonly bytesShared: number;
  /** Of kinds of jobs: steps by who does what. */
  readonly byJob: Readonly<Record<string, JobTotals>>;
}

export interface JobTotals {
  readonly jobs: number;
  readonly seconds: number;
  readonly engineSeconds: number;
  readonly queueSeconds: number;
}

/** Adds up what was noted. */
export function summaryOf(records: ProfileRecords): ProfileSummary {
  const jobs = dispatchedJobs(records.jobs);
  const total = (milliseconds: (job: (typeof jobs)[number]) => number, of = jobs) =>
    of.reduce((sum, job) => sum + milliseconds(job), 0) / 1000;
  const spans = (category: string) =>
    total(({ spans }) =>
      spans.reduce((sum, span) => sum + (span.category === category ? span.milliseconds : 0), 0),
    );
  const wallSeconds = (records.end - records.start) / 1000;
  const jobSeconds = total(timeOf);
  const transferSeconds = total((job) => job.received - job.posted + job.handled - job.finished);
  const startSeconds = total((job) => job.posted - job.dispatched);
  const wait = (job: (typeof jobs)[number]) => job.dispatched - job.submitted;
  const labels = [...new Set(jobs.map(({ label }) => label))];
  return {
    wallSeconds,
    workers: records.workers,
    jobSeconds,
    engineSeconds: total((job) => job.engineMilliseconds),
    engineCallSeconds: spans('engine'),
    hashSeconds: spans('hash'),
    cacheSeconds: spans('cache'),
    openSeconds: total((job) => job.began - job.received),
    serverSeconds: total((job) => (job.server ? timeOf(job) : 0)),
    transferSeconds,
    startSeconds,
    idleSeconds: Math.max(0, records.workers * wallSeconds - jobSeconds - transferSeconds - startSeconds),
    queueSeconds: total(wait),
    kernelSeconds: secondsOf(records.main.filter(({ category }) => category === 'kernel')),
    mainThreadSeconds: records.loopMilliseconds / 1000,
    jobs: jobs.length,
    bytesCloned: jobs.reduce((sum, job) => sum + job.toWorker.cloned + job.fromWorker.cloned, 0),
    bytesShared: jobs.reduce((sum, job) => sum + job.toWorker.shared + job.fromWorker.shared, 0),
    byJob: Object.fromEntries(
      labels.map((label) => {
        const own = jobs.filter((job) => job.label === label);
        const totals: JobTotals = {
          jobs: own.length,
          seconds: total(timeOf, own),
          engineSeconds: total((job) => job.engineMilliseconds, own),
          queueSeconds: total(wait, own),
        };
        return [label, totals];
      }),
    ),
  };
}

function timeOf({ received, finished }: JobRecord): number {
  return finished - received;
}

function secondsOf(spans: readonly MainSpan[]): number {
  return spans.reduce((sum, { milliseconds }) => sum + milliseconds, 0) / 1000;
}
