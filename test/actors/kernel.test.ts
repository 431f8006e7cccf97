import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../src/actors/kernel.js';

describe('the order of events', () => {
  it('is by time, then priority, then scheduling', async () => {
    const delay = fc.constantFrom(0, 0.1, 1, 2.5);
    const priority = fc.option(fc.integer({ min: -1, max: 1 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(delay, priority)), async (events) => {
        const kernel = createKernel();
        const seen: [index: number, time: number][] = [];
        events.forEach(([delay, priority], index) =>
          kernel.schedule(delay, () => void seen.push([index, kernel.now()]), priority),
        );
        await kernel.run();
        const expected = events
          .map(([delay, priority = 0], index) => ({ delay, priority, index }))
          .sort((a, b) => a.delay - b.delay || a.priority - b.priority || a.index - b.index);
        expect(seen).toEqual(expected.map(({ index, delay }) => [index, delay]));
        expect(kernel.eventCount()).toBe(events.length);
      }),
    );
  });

  it('takes in what events schedule, from their own time on', async () => {
    const kernel = createKernel();
    const seen: string[] = [];
    const log = (name: string) => () => void seen.push(`${name} at ${kernel.now()}`);
    kernel.schedule(1, () => {
      log('outer')();
      kernel.schedule(0, log('at once'));
      kernel.schedule(0, log('urgent'), -1);
      kernel.schedule(0.5, log('nested'));
    });
    kernel.schedule(1, log('second'));
    kernel.schedule(1.25, log('between'));
    await kernel.run();
    const order = ['outer at 1', 'urgent at 1', 'second at 1', 'at once at 1', 'between at 1.25'];
    expect(seen).toEqual([...order, 'nested at 1.5']);
  });

  it('leaves out what was cancelled, even at the last moment', async () => {
    const kernel = createKernel();
    const seen: number[] = [];
    const events = [3, 1, 1, 2].map((delay, index) => kernel.schedule(delay, () => void seen.push(index)));
    events[3].cancel();
    kernel.schedule(1, () => events[2].cancel(), -1);
    kernel.schedule(2.5, () => events[1].cancel());
    kernel.schedule(9, () => expect.unreachable('cancelled')).cancel();
    await kernel.run();
    expect(seen).toEqual([1, 0]);
    expect(kernel.now()).toBe(3);
    expect(kernel.eventCount()).toBe(4);
  });
});

it('awaits what an event does before time goes on', async () => {
  const kernel = createKernel();
  const seen: string[] = [];
  kernel.schedule(1, async () => {
    for (let turn = 0; turn < 3; turn++) await setImmediate();
    seen.push(`slow at ${kernel.now()}`);
    kernel.schedule(0.5, () => void seen.push(`sequel at ${kernel.now()}`));
  });
  kernel.schedule(1, () => void seen.push(`tie at ${kernel.now()}`));
  kernel.schedule(2, () => void seen.push(`later at ${kernel.now()}`));
  await kernel.run();
  expect(seen).toEqual(['slow at 1', 'tie at 1', 'sequel at 1.5', 'later at 2']);
});

it.each([-1e-9, -1, NaN, Infinity])('refuses a delay of %s', (delay) => {
  expect(() => createKernel().schedule(delay, () => undefined)).toThrow(
    expect.objectContaining({ name: 'FeddymemError', code: 'run-failed' }),
  );
});

describe('a run that ends early', () => {
  it('stops when it has what it runs until, and can go on from there', async () => {
    const kernel = createKernel();
    const seen: number[] = [];
    for (const delay of [1, 2, 2, 3]) kernel.schedule(delay, () => void seen.push(delay));
    kernel.schedule(1.5, () => undefined).cancel();
    let asked = 0;
    const until = () => ++asked > 0 && kernel.now() === 2;
    await kernel.run({ until });
    expect([seen, kernel.now(), asked]).toEqual([[1, 2], 2, 2]);
    await kernel.run();
    expect([seen, kernel.now(), kernel.eventCount()]).toEqual([[1, 2, 2, 3], 3, 4]);
  });

  it('looks at what it runs until after what an event awaits', async () => {
    const kernel = createKernel();
    let done = false;
    kernel.schedule(1, async () => {
      await setImmediate();
      done = true;
    });
    kernel.schedule(2, () => expect.unreachable('runs on'));
    await kernel.run({ until: () => done });
    expect(kernel.now()).toBe(1);
  });

  it.each([0, 2])('is interrupted after %i events when the signal says so', async (allowed) => {
    const kernel = createKernel();
    const controller = new AbortController();
    if (allowed === 0) controller.abort();
    for (let event = 1; event <= 5; event++)
      kernel.schedule(event, () => {
        if (event === allowed) controller.abort();
      });
    await expect(kernel.run({ signal: controller.signal })).rejects.toMatchObject({
      name: 'FeddymemError',
      code: 'interrupted',
    });
    expect(kernel.eventCount()).toBe(allowed);
    expect(kernel.now()).toBe(allowed);
  });

  it.each([
    ['throws', (error: Error) => () => { throw error; }], // prettier-ignore
    ['rejects', (error: Error) => () => Promise.reject(error)],
  ])('passes on what an event %s, and runs no further one', async (_, failing) => {
    const kernel = createKernel();
    const error = new Error('on purpose');
    kernel.schedule(1, failing(error));
    kernel.schedule(1, () => expect.unreachable('runs on'));
    await expect(kernel.run()).rejects.toBe(error);
  });
});
