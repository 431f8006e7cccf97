import { dispatchedJobs, type DispatchedJob, type MainSpan, type ProfileRecords } from './records.js';

/**
 * An event of the Trace Event Format (Chromium), which chrome://tracing and Perfetto open: X a span of a track, b and e
 * the ends of one that overlaps others, C a counter, M a name. Times are microseconds.
 */
export type TraceEvent = {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly args?: Readonly<Record<string, number | string>>;
} & (
  | { readonly ph: 'X'; readonly cat: string; readonly ts: number; readonly dur: number }
  | { readonly ph: 'b' | 'e'; readonly cat: string; readonly ts: number; readonly id: number }
  | { readonly ph: 'C'; readonly ts: number }
  | { readonly ph: 'M' }
);

/** The JSON object form of the format. */
export interface Trace {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ms';
}

const pid = 1;
const mainTrack = 1;

/** A track for the main thread and one for each worker; what overlaps and what is counted stands beside them. */
export function traceOf(records: ProfileRecords): Trace {
  const jobs = dispatchedJobs(records.jobs);
  const tracks = new Map<number, number>();
  for (const { thread } of jobs) if (!tracks.has(thread)) tracks.set(thread, mainTrack + 1 + tracks.size);
  const at = (milliseconds: number) => microseconds(milliseconds - records.start);
  const span = (tid: number, cat: string, name: string, start: number, end: number): TraceEvent => ({
    ...{ ph: 'X', name, cat, pid, tid },
    ...{ ts: at(start), dur: Math.max(0, microseconds(end - start)) },
  });
  let ids = 0;
  const overlapping = (cat: string, name: string, start: number, end: number): TraceEvent[] => {
    const common = { name, cat, pid, tid: mainTrack, id: ++ids };
    return [
      { ...common, ph: 'b', ts: at(start) },
      { ...common, ph: 'e', ts: at(end) },
    ];
  };
  const ofMain = ({ category, name, start, milliseconds }: MainSpan) =>
    [category, name, start, start + milliseconds] as const;

  const jobEvents = jobs.flatMap((job): TraceEvent[] => {
    const tid = tracks.get(job.thread)!;
    const { dispatched, posted, received, began, finished, handled, toWorker, fromWorker } = job;
    return [
      ...(dispatched > job.submitted ? overlapping('queue', job.label, job.submitted, dispatched) : []),
      ...(posted > dispatched ? [span(tid, 'start', 'thread starts', dispatched, posted)] : []),
      { ...span(tid, 'transfer', 'to the worker', posted, received), args: { ...toWorker } },
      {
        ...span(tid, job.server ? 'job,server' : 'job', job.label, received, finished),
        args: { engineMilliseconds: job.engineMilliseconds },
      },
      ...(began - received > 1 ? [span(tid, 'start', 'open engine and backbone', received, began)] : []),
      ...job.spans.map(({ category, name, start, milliseconds, details }) => ({
        ...span(tid, category, name, start, start + milliseconds),
        ...(details && { args: details }),
      })),
      { ...span(tid, 'transfer', 'from the worker', finished, handled), args: { ...fromWorker } },
    ];
  });
  return {
    traceEvents: [
      named('process_name', mainTrack, 'feddymem'),
      named('thread_name', mainTrack, 'main thread'),
      ...[...tracks.values()].map((tid) => named('thread_name', tid, `worker ${tid - mainTrack}`)),
      ...records.main.map((one) => span(mainTrack, ...ofMain(one))),
      ...records.background.flatMap((one) => overlapping(...ofMain(one))),
      ...jobEvents,
      ...counters(jobs, records).map(({ name, time, args }): TraceEvent => ({
        ph: 'C',
        name,
        pid,
        tid: mainTrack,
        ts: at(time),
        args,
      })),
    ],
    displayTimeUnit: 'ms',
  };
}

/** To the nanosecond: further digits are noise. */
function microseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e6) / 1000;
}

function named(name: string, tid: number, value: string): TraceEvent {
  return { ph: 'M', name, pid, tid, args: { name: value } };
}

interface Count {
  readonly name: string;
  readonly time: number;
  readonly args: Readonly<Record<string, number>>;
}

/** Jobs in the queue, bytes between threads so far, and how busy the main thread's event loop is. */
function counters(jobs: readonly DispatchedJob[], { loop }: ProfileRecords): Count[] {
  const steps = jobs
    .filter(({ submitted, dispatched }) => dispatched > submitted)
    .flatMap(({ submitted, dispatched }) => [
      { time: submitted, step: 1 },
      { time: dispatched, step: -1 },
    ]);
  let waiting = 0;
  const queue = steps
    .sort((a, b) => a.time - b.time)
    .map(({ time, step }) => ({ name: 'queue length', time, args: { jobs: (waiting += step) } }));

  const messages = jobs.flatMap(({ posted, finished, toWorker, fromWorker }) => [
    { time: posted, ...toWorker },
    { time: finished, ...fromWorker },
  ]);
  let cloned = 0;
  let shared = 0;
  const bytes = messages
    .sort((a, b) => a.time - b.time)
    .flatMap((message) => [
      { name: 'bytes copied', time: message.time, args: { bytes: (cloned += message.cloned) } },
      { name: 'bytes shared', time: message.time, args: { bytes: (shared += message.shared) } },
    ]);
  const busy = loop.map(({ time, utilization }) => ({
    name: 'event loop, % at work',
    time,
    args: { percent: 100 * utilization },
  }));
  return [...queue, ...bytes, ...busy];
}
