import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serverId } from '../../src/actors/messages.js';
import type { StepJob, StepOutcome } from '../../src/actors/steps.js';
import { initialClient } from '../../src/actors/client.js';
import { step } from './samples.js';
import { federation, heldOut, jobsOf, outcomeOf, participants, secondsOf, story } from './system-samples.js';

/** Runs with workers that finish in the order that `choices` say. @returns the run's result and that order */
async function runShuffled(choices: readonly number[]) {
  const running: { job: StepJob; finish: () => void }[] = [];
  const finished: string[] = [];
  const { system, result } = federation({
    compute: (job) => ({
      seconds: secondsOf(job),
      outcome: new Promise<StepOutcome>((resolve) => {
        running.push({ job, finish: () => resolve(outcomeOf(job)) });
      }),
    }),
  });
  let over = false;
  const run = system.run().finally(() => (over = true));
  for (let turn = 0; !over; turn++) {
    await setImmediate();
    const [chosen] = running.splice(choices[turn % choices.length] % (running.length || 1), 1);
    chosen?.finish();
    if (chosen) finished.push(chosen.job.actor);
  }
  await run;
  return { result: result(), finished: finished.join('') };
}

describe('an actor system', () => {
  it('takes the clients through a step in virtual time', async () => {
    const { system, events } = federation({ steps: [step()] });
    await system.run();
    expect(story(events)).toEqual([
      ...['0 start: server', '0 step-opened'],
      ...participants.flatMap((id) => [`0.5 broadcast: ${id}`, `0.5 compute: ${id}`]),
      '1.5 computed: c',
      ...['2.5 computed: b', '2.5 computed: d'],
      '3 upload: server',
      '3.5 computed: a',
      ...['4 upload: server', '4 upload: server'],
      ...['5 upload: server', '5 compute: server'],
      ...['5.5 computed: server', '5.5 step-done', '5.5 finished'],
    ]);
  });

  it('numbers what an actor sends, and tells of it before it arrives', async () => {
    const { system, events } = federation();
    await system.run();
    const sent = events.flatMap((event) => (event.kind === 'sent' ? [event.envelope] : []));
    for (const actor of [serverId, ...participants, ...heldOut]) {
      const numbers = sent.filter(({ from }) => from === actor).map(({ number }) => number);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
    const delivered = events.flatMap((event) => (event.kind === 'delivered' ? [event.envelope] : []));
    const between = delivered.filter(({ from, to }) => from !== to);
    expect(new Set(between)).toEqual(new Set(sent));
    expect(delivered.filter(({ from, to }) => from === to).every(({ number }) => number === 0)).toBe(true);
  });

  it('hands on what was made, and completes', async () => {
    const { system, events, result } = federation();
    await system.run();
    const jobs = jobsOf(events);
    const jobAt = (actor: string, round: number) =>
      jobs.find((job) => job.actor === actor && job.step.round === round)!;
    expect(jobs).toHaveLength(4 + 5 + 5 + 2);
    expect(jobAt(serverId, 1).received).toEqual(
      participants.map((from) => ({ from, payload: outcomeOf(jobAt(from, 1)).message, weight: 1 })),
    );
    const { message, setup } = outcomeOf(jobAt(serverId, 1));
    expect(jobAt('b', 2)).toMatchObject({ setup, received: [{ from: serverId, payload: message }] });
    expect(jobAt('b', 2).local).toEqual(outcomeOf(jobAt('b', 1)).local);
    expect(system.client('b').local).toEqual(outcomeOf(jobAt('b', 2)).local);
    expect(system.server()).toMatchObject({ phase: 'finished', local: outcomeOf(jobAt(serverId, 2)).local });
    expect(result().completed).toBe(true);
  });

  it('keeps nothing for clients that nobody has written to', async () => {
    const some: string[][] = [];
    const { system } = federation({
      steps: [step(), step({ round: 2 })],
      invite: ({ step }) => {
        const clients = step === 0 ? ['d', 'b'] : ['b', 'c'];
        some.push([...system.activeClients()]);
        return { kind: 'clients', clients, target: 2 };
      },
    });
    expect(system.activeClients()).toEqual([]);
    await system.run();
    expect(some).toEqual([[], ['d', 'b']]);
    expect(system.activeClients()).toEqual(['d', 'b', 'c']);
    expect(system.client('a')).toEqual(initialClient('a'));
    expect(system.client('z')).toEqual(initialClient('z'));
  });

  it('has the same history in whatever order the computations really finish', async () => {
    const reference = federation();
    await reference.system.run();
    const expected = reference.result();
    const orders = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(5), { minLength: 1 }), async (choices) => {
        const { result, finished } = await runShuffled(choices);
        expect(result).toEqual(expected);
        orders.add(finished);
      }),
      { numRuns: 40 },
    );
    expect(orders.size).toBeGreaterThan(1);
  });

  it('finishes at once without steps', async () => {
    const { system, events, result } = federation({ steps: [] });
    await system.run();
    expect(story(events)).toEqual(['0 start: server', '0 finished']);
    expect(result().completed).toBe(true);
  });
});

describe('halting', () => {
  it('ends the run after the event, neither finished nor in error', async () => {
    const { system, kernel, result } = federation({ halt: (count) => count === 7 });
    await system.run();
    expect(kernel.eventCount()).toBe(7);
    expect(result()).toMatchObject({ completed: false, server: { phase: 'collecting' } });
  });
});
