import fc from 'fast-check';
import { delay, interval, map, merge, mergeMap, of, debounceTime, take, timer, timestamp } from 'rxjs';
import { VirtualTimeScheduler, type Observable, type SchedulerLike } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../src/actors/kernel.js';
import { kernelScheduler } from '../../src/actors/kernel-scheduler.js';

type Made = (scheduler: SchedulerLike) => Observable<unknown>;

/** What an observable will emit, as [milliseconds, value]. */
function observed(make: Made, scheduler: SchedulerLike): [number, unknown][] {
  const seen: [number, unknown][] = [];
  make(scheduler)
    .pipe(timestamp(scheduler))
    .subscribe(({ timestamp, value }) => seen.push([timestamp, value]));
  expect(seen).toEqual([]);
  return seen;
}

async function emissions(make: Made): Promise<[number, unknown][]> {
  const kernel = createKernel();
  const seen = observed(make, kernelScheduler(kernel));
  await kernel.run();
  return seen;
}

/** The same from RxJS's own virtual time. */
function expectedEmissions(make: Made): [number, unknown][] {
  const scheduler = new VirtualTimeScheduler();
  const seen = observed(make, scheduler);
  scheduler.flush();
  return seen;
}

const at = (scheduler: SchedulerLike, ...milliseconds: number[]) =>
  merge(...milliseconds.map((due) => timer(due, scheduler).pipe(map(() => due))));

// Hours of virtual time: had they to pass, these tests would run into their time limit.
describe('operators run in virtual time', () => {
  const hour = 3_600_000;

  it('timer', async () => {
    const both: Made = (scheduler) =>
      merge(timer(2 * hour, scheduler), timer(hour, 500, scheduler).pipe(take(3)));
    const expected = [[hour, 0], [hour + 500, 1], [hour + 1000, 2], [2 * hour, 0]]; // prettier-ignore
    expect(await emissions(both)).toEqual(expected);
  });

  it('delay', async () => {
    const delayed: Made = (scheduler) =>
      merge(of('late').pipe(delay(hour, scheduler)), at(scheduler, 250, 125).pipe(delay(500, scheduler)));
    expect(await emissions(delayed)).toEqual([[625, 125], [750, 250], [hour, 'late']]); // prettier-ignore
  });

  it('interval and take', async () => {
    const three: Made = (scheduler) => interval(hour, scheduler).pipe(take(3));
    expect(await emissions(three)).toEqual([[hour, 0], [2 * hour, 1], [3 * hour, 2]]); // prettier-ignore
  });

  it('debounceTime', async () => {
    const calmed: Made = (scheduler) =>
      merge(at(scheduler, 0, 250, 500, 1000, 1125), timer(hour, scheduler)).pipe(
        debounceTime(375, scheduler),
      );
    // The last one is not waited for: the source completes.
    expect(await emissions(calmed)).toEqual([[875, 500], [1500, 1125], [hour, 0]]); // prettier-ignore
  });

  it('debounceTime where seconds round milliseconds', async () => {
    const times = Array.from({ length: 50 }, (_, index) => index * 10.1);
    const seen = await emissions((scheduler) =>
      at(scheduler, ...times, 1e6).pipe(debounceTime(3.3, scheduler)),
    );
    expect(seen.map(([, due]) => due)).toEqual([...times, 1e6]);
    for (const [time, due] of seen.slice(0, -1)) expect(time).toBeCloseTo((due as number) + 3.3, 6);
  });
});

it('cancels what is unsubscribed', async () => {
  const kernel = createKernel();
  const scheduler = kernelScheduler(kernel);
  const seen: number[] = [];
  const ticking = interval(250, scheduler)
    .pipe(take(50))
    .subscribe((tick) => seen.push(tick));
  timer(9e6, scheduler)
    .subscribe(() => expect.unreachable('unsubscribed'))
    .unsubscribe();
  kernel.schedule(0.8, () => ticking.unsubscribe());
  await kernel.run();
  expect(seen).toEqual([0, 1, 2]);
  expect(kernel.now()).toBe(0.8);
  expect(kernel.eventCount()).toBe(4);
});

it('ends the run with what an action throws', async () => {
  const kernel = createKernel();
  const error = new Error('on purpose');
  kernelScheduler(kernel).schedule(() => {
    throw error;
  }, 10);
  await expect(kernel.run()).rejects.toBe(error);
});

describe("agrees with RxJS's VirtualTimeScheduler", () => {
  it('on the order of any delays', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20)), async (delays) => {
        const timers: Made = (scheduler) =>
          merge(...delays.map((due, index) => timer(due, scheduler).pipe(map(() => index))));
        const [seen, expected] = [await emissions(timers), expectedEmissions(timers)];
        expect(seen.map(([, index]) => index)).toEqual(expected.map(([, index]) => index));
      }),
    );
  });

  it('on values and times of nested and repeated actions, with many ties', async () => {
    // Eighths of a second have exact sums, so that ties are ties in seconds and in milliseconds.
    const wait = fc.nat(4).map((eighths) => 125 * eighths);
    const repeated = fc.record({ due: wait, period: wait, count: fc.nat(4), then: wait, calm: wait });
    await fc.assert(
      fc.asyncProperty(fc.array(repeated, { maxLength: 6 }), async (given) => {
        const nested: Made = (scheduler) =>
          merge(
            ...given.map(({ due, period, count, then, calm }, source) =>
              timer(due, period, scheduler).pipe(
                take(count),
                mergeMap((tick) => merge(of(tick), timer(then, scheduler).pipe(map(() => -tick)))),
                debounceTime(calm, scheduler),
                map((tick) => [source, tick]),
              ),
            ),
          );
        expect(await emissions(nested)).toEqual(expectedEmissions(nested));
      }),
    );
  });
});
