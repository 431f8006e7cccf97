// The hold model: a fixed number of events is pending; each one that runs schedules another (Vaucher and Duval 1975).
import { VirtualAction, VirtualTimeScheduler } from 'rxjs';
import { stream } from '../../dist/base/random.js';
import { createKernel } from '../../dist/actors/kernel.js';
import { kernelScheduler } from '../../dist/actors/kernel-scheduler.js';

const tableSize = 1 << 16;
// Milliseconds: multiples of 1/8 second, so that sums are exact in both units and every contender has the same order.
const random = stream(1, 'benchmark', 'delays');
const delays = Float64Array.from({ length: tableSize }, () => 125 * (1 + random.integer(1 << 20)));

/** Each measures `count` events with `pending` others, after a tenth as many to warm up. @returns { microseconds, order } */
export const contenders = {
  async kernel(pending, count) {
    const kernel = createKernel();
    const hold = holdLoop(count, (delay, work) => kernel.schedule(delay / 1000, work));
    hold.fill(pending);
    await kernel.run({ until: hold.isOver });
    return hold.measured();
  },

  async throughRxjs(pending, count) {
    const kernel = createKernel();
    const scheduler = kernelScheduler(kernel);
    const hold = holdLoop(count, (delay, work) => scheduler.schedule(work, delay));
    hold.fill(pending);
    await kernel.run({ until: hold.isOver });
    return hold.measured();
  },

  async virtualTimeScheduler(pending, count) {
    const scheduler = new VirtualTimeScheduler();
    const hold = holdLoop(
      count,
      (delay, work) => scheduler.schedule(work, delay),
      () => (scheduler.actions.length = 0),
    );
    // Filled with one sort in place of one for every event, which alone would take a minute at 100,000.
    scheduler.actions.sort = () => scheduler.actions;
    hold.fill(pending);
    scheduler.actions = Array.from(scheduler.actions).sort(VirtualAction.sortActions);
    scheduler.flush();
    return hold.measured();
  },
};

function holdLoop(count, schedule, stop = () => undefined) {
  const warmUp = Math.ceil(count / 10);
  let done = 0;
  let drawn = 0;
  let order = 0;
  let began = 0;
  let ended = 0;
  let over = false;
  const next = (label) => {
    schedule(delays[drawn++ & (tableSize - 1)], () => run(label));
  };
  function run(label) {
    if (over) return;
    order = (Math.imul(order, 31) + label) | 0;
    if (done === warmUp) began = performance.now();
    if (done++ === warmUp + count) {
      ended = performance.now();
      over = true;
      stop();
      return;
    }
    next(label);
  }
  return {
    fill(pending) {
      for (let label = 0; label < pending; label++) next(label);
    },
    isOver: () => over,
    measured: () => ({ microseconds: (1000 * (ended - began)) / count, order }),
  };
}
