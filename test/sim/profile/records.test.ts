import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageBytes } from '../../../src/sim/profile/message-bytes.js';
import { dispatchedJobs, type JobRecord, type ProfileRecords } from '../../../src/sim/profile/records.js';
import { renderSummary } from '../../../src/sim/profile/render-summary.js';
import { summaryOf } from '../../../src/sim/profile/summary.js';
import { traceOf, type TraceEvent } from '../../../src/sim/profile/trace-events.js';

const nothing = { cloned: 0, shared: 0 };

function job(given: Partial<JobRecord> & Pick<JobRecord, 'submitted' | 'received' | 'finished'>): JobRecord {
  return {
    label: 'score',
    server: false,
    thread: 1,
    ready: 0,
    began: given.received,
    handled: given.finished,
    engineMilliseconds: 0,
    toWorker: nothing,
    fromWorker: nothing,
    spans: [],
    ...given,
  };
}

/** Two jobs on one worker: the second waits for the first. */
const two: ProfileRecords = {
  start: 1000,
  end: 2000,
  workers: 2,
  jobs: [
    job({
      ...{ submitted: 1010, ready: 1100, received: 1105, began: 1155, finished: 1405, handled: 1415 },
      engineMilliseconds: 200,
      toWorker: { cloned: 1000, shared: 5000 },
      fromWorker: { cloned: 10, shared: 0 },
      spans: [{ category: 'engine', name: 'nearest', start: 1160, milliseconds: 220 }],
    }),
    job({
      ...{ submitted: 1020, received: 1420, finished: 1520, handled: 1525 },
      ...{ label: 'server train', server: true },
      spans: [{ category: 'hash', name: 'blob', start: 1430, milliseconds: 40 }],
    }),
  ],
  main: [{ category: 'kernel', name: 'events', start: 1005, milliseconds: 25 }],
  background: [{ category: 'cache', name: 'read', start: 1006, milliseconds: 100 }],
  loop: [{ time: 1100, utilization: 0.5 }],
  loopMilliseconds: 100,
};

describe('dispatch', () => {
  it('is at once on a free worker, else when the job before is handed over', () => {
    expect(dispatchedJobs(two.jobs).map(({ dispatched, posted }) => [dispatched, posted])).toEqual([
      // The thread was still loading its code.
      [1010, 1100],
      [1415, 1415],
    ]);
  });

  it('orders the moments of every job, and gives a worker one job at a time', () => {
    const times = fc.array(fc.tuple(fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(50), fc.nat(2)), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(times, (drawn) => {
        // A queue with three workers: whoever is free takes the next.
        const free = [0, 0, 0];
        let clock = 0;
        const jobs = drawn.map(([gap, way, work, back]) => {
          const submitted = (clock += gap);
          const thread = free.indexOf(Math.min(...free));
          const received = Math.max(submitted, free[thread]) + way;
          const finished = received + work;
          free[thread] = finished + back;
          return job({ submitted, thread, received, finished, handled: finished + back });
        });
        const dispatched = dispatchedJobs(jobs);
        for (const one of dispatched) {
          const { submitted, posted, received, began, finished, handled } = one;
          const moments = [submitted, one.dispatched, posted, received, began, finished, handled];
          expect(moments).toEqual(moments.toSorted((a, b) => a - b));
          const before = dispatched.filter(
            (other) => other.thread === one.thread && other.received < received,
          );
          for (const other of before) expect(one.dispatched).toBeGreaterThanOrEqual(other.handled);
        }
      }),
    );
  });
});

describe('summary', () => {
  it('adds up by hand', () => {
    const summary = summaryOf(two);
    expect(summary).toMatchObject({
      ...{ wallSeconds: 1, workers: 2, jobs: 2, jobSeconds: 0.4 },
      ...{ engineSeconds: 0.2, engineCallSeconds: 0.22, hashSeconds: 0.04, cacheSeconds: 0 },
      ...{ openSeconds: 0.05, serverSeconds: 0.1, startSeconds: 0.09, queueSeconds: 0.395 },
      ...{ kernelSeconds: 0.025, mainThreadSeconds: 0.1, bytesCloned: 1010, bytesShared: 5000 },
    });
    // To and from: 5 + 10, then 5 + 5 milliseconds.
    expect(summary.transferSeconds).toBeCloseTo(0.025, 12);
    expect(summary.idleSeconds).toBeCloseTo(2 - 0.4 - 0.025 - 0.09, 12);
    expect(summary.byJob['server train']).toEqual({
      ...{ jobs: 1, seconds: 0.1, engineSeconds: 0, queueSeconds: 0.395 },
    });
  });

  it('is told in a few lines', () => {
    const text = renderSummary(summaryOf(two));
    expect(text).toContain('50.0 % of it inside the engine');
    expect(text).toContain('20.0 % at jobs, 1.3 % transfer, 4.5 % starting');
    expect(text).toContain('10.0 % of the time at work, 2.5 % in the kernel');
  });

  it('of no jobs has no shares', () => {
    expect(renderSummary(summaryOf({ ...two, jobs: [] }))).toContain('n/a of it inside');
  });
});

describe('trace', () => {
  const { traceEvents } = traceOf(two);
  const named = (name: string) => traceEvents.filter((event) => event.name === name);

  it('names a track for the main thread and one for each worker that had a job', () => {
    expect(named('thread_name').map(({ tid, args }) => [tid, args?.name])).toEqual([
      [1, 'main thread'],
      [2, 'worker 1'],
    ]);
  });

  it('shows queue, transfer, compute and engine calls in microseconds', () => {
    const at = (event: TraceEvent) => [
      event.ph,
      'ts' in event ? event.ts : null,
      'dur' in event ? event.dur : null,
    ];
    expect(named('score').map(at)).toEqual([['X', 105_000, 300_000]]);
    expect(named('nearest').map(at)).toEqual([['X', 160_000, 220_000]]);
    expect(named('to the worker').map(at)).toEqual([
      ['X', 100_000, 5000],
      ['X', 415_000, 5000],
    ]);
    const server = named('server train');
    expect(server.map(at)).toEqual([
      ['b', 20_000, null],
      ['e', 415_000, null],
      ['X', 420_000, 100_000],
    ]);
    expect(new Set(server.slice(0, 2).map((event) => 'id' in event && event.id)).size).toBe(1);
  });

  it('counts the queue, and the bytes that were copied and shared so far', () => {
    expect(named('queue length').map(({ args }) => args?.jobs)).toEqual([1, 0]);
    expect(named('bytes copied').map(({ args }) => args?.bytes)).toEqual([1000, 1010, 1010, 1010]);
    expect(named('bytes shared').at(-1)?.args?.bytes).toBe(5000);
  });
});

describe('bytes of a message', () => {
  it('are those that structured cloning copies; shared memory is counted apart, once', () => {
    const shared = new Float32Array(new SharedArrayBuffer(4000));
    const plain = messageBytes({ numbers: new Float32Array(1000) });
    expect(plain.cloned).toBeGreaterThanOrEqual(4000);
    expect(plain.cloned).toBeLessThan(4100);
    expect(plain.shared).toBe(0);
    const { cloned, shared: seen } = messageBytes({ one: shared, part: shared.subarray(3, 9) });
    expect(seen).toBe(4000);
    expect(cloned).toBeLessThan(100);
  });
});
