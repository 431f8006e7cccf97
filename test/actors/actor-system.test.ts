import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { filter, map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createActorSystem, type Compute, type SystemEvent } from '../../src/actors/actor-system.js';
import { initialClient } from '../../src/actors/client.js';
import { createJournal } from '../../src/actors/journal.js';
import { createKernel } from '../../src/actors/kernel.js';
import { kernelScheduler } from '../../src/actors/kernel-scheduler.js';
import { serverId, type Envelope, type Step, type StepJob } from '../../src/actors/messages.js';
import { network } from '../../src/actors/network.js';
import { initialServer } from '../../src/actors/server.js';
import { blob, step } from './samples.js';

const steps = [
  step({ name: 'warm-up', round: null, aggregates: false }),
  step({ name: 'train', round: 1 }),
  step({ name: 'train', round: 2 }),
  step({ name: 'examine', round: null, audience: 'held-out', aggregates: false }),
];
const participants = ['a', 'b', 'c', 'd'];
const heldOut = ['x', 'y'];

/** A deterministic outcome of everything a job is given. */
function outcomeOf(job: StepJob) {
  const given = JSON.stringify(job);
  return {
    local: { bank: blob(given) },
    message: blob(`${given}!`, 1000),
    figures: { length: given.length },
  };
}
/** c finishes first, b and d at the same time. */
const secondsOf = ({ actor }: StepJob) => ({ a: 3, b: 2, c: 1, d: 2 })[actor] ?? 0.5;
const atOnce: Compute = (job) => ({ seconds: secondsOf(job), outcome: Promise.resolve(outcomeOf(job)) });

type Carry = (envelopes: Observable<Envelope>) => Observable<Envelope>;

function federation(compute: Compute, given: readonly Step[] = steps, disturb: Carry = (all) => all) {
  const kernel = createKernel();
  const link = { latency: 0.5, uploadRate: 8000, downloadRate: 16_000 };
  const carry = network(() => link, kernelScheduler(kernel));
  const clients = [...participants, ...heldOut].map((id) => initialClient(id, given));
  const server = initialServer(given, participants, heldOut);
  const system = createActorSystem(kernel, [server, ...clients], (all) => carry(disturb(all)), compute);
  const journal = createJournal(given);
  const events: SystemEvent[] = [];
  let completed = false;
  system.events.subscribe({
    next: (event) => {
      events.push(event);
      journal.add(event);
    },
    complete: () => {
      completed = true;
    },
  });
  const result = () => ({
    events,
    completed,
    digest: journal.digest(),
    states: [serverId, ...participants, ...heldOut].map((id) => system.stateOf(id)),
  });
  return { system, events, result };
}

/** Runs with workers that finish in the order that `choices` say. @returns the run's result and that order */
async function runShuffled(choices: readonly number[]) {
  const running: { job: StepJob; finish: () => void }[] = [];
  const finished: string[] = [];
  const { system, result } = federation((job) => ({
    seconds: secondsOf(job),
    outcome: new Promise((resolve) => {
      running.push({ job, finish: () => resolve(outcomeOf(job)) });
    }),
  }));
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
    const { system, events } = federation(atOnce, [step()]);
    await system.run();
    const story = events.map((event) => {
      if (event.kind === 'delivered')
        return `${event.time} ${event.envelope.message.kind}: ${event.envelope.to}`;
      return `${event.time} ${event.kind === 'compute' ? `compute: ${event.job.actor}` : event.event.kind}`;
    });
    expect(story).toEqual([
      '0 start: server',
      ...['a', 'b', 'c', 'd'].flatMap((id) => [`0.5 broadcast: ${id}`, `0.5 compute: ${id}`]),
      '1.5 computed: c',
      '2.5 computed: b',
      '2.5 computed: d',
      '3 upload: server',
      '3.5 computed: a',
      '4 upload: server',
      '4 upload: server',
      '5 upload: server',
      '5 compute: server',
      '5.5 computed: server',
      '5.5 step-done',
      '5.5 finished',
    ]);
  });

  it('hands on what was made, and completes', async () => {
    const { system, events, result } = federation(atOnce);
    await system.run();
    const jobs = events.flatMap((event) => (event.kind === 'compute' ? [event.job] : []));
    const jobAt = (actor: string, round: number) =>
      jobs.find((job) => job.actor === actor && job.step.round === round)!;
    expect(jobs).toHaveLength(4 + 5 + 5 + 2);
    expect(jobAt(serverId, 1).received).toEqual(
      participants.map((from) => ({ from, payload: outcomeOf(jobAt(from, 1)).message })),
    );
    const { message } = outcomeOf(jobAt(serverId, 1));
    expect(jobAt('b', 2).received).toEqual([{ from: serverId, payload: message }]);
    expect(jobAt('b', 2).local).toEqual(outcomeOf(jobAt('b', 1)).local);
    expect(system.stateOf('b').local).toEqual(outcomeOf(jobAt('b', 2)).local);
    expect(result().completed).toBe(true);
    expect(() => system.stateOf('z')).toThrow(/no actor z/);
  });

  it('has the same history in whatever order the computations really finish', async () => {
    const reference = federation(atOnce);
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
});

describe('a run that fails', () => {
  const failing =
    (errors: Record<string, Error>, turns: Record<string, number> = {}): Compute =>
    (job) => {
      if (job.step.round !== 1 || !(job.actor in errors)) return atOnce(job);
      const reject = async () => {
        for (let turn = 0; turn < (turns[job.actor] ?? 0); turn++) await setImmediate();
        throw errors[job.actor];
      };
      return { seconds: secondsOf(job), outcome: reject() };
    };

  it.each(['c', 'a', serverId])('rejects with what the computation of %s rejected with', async (actor) => {
    const error = new Error(`${actor} fails`);
    const { system, result } = federation(failing({ [actor]: error }));
    await expect(system.run()).rejects.toBe(error);
    expect(result().completed).toBe(false);
  });

  it('rejects with what the network fails with', async () => {
    const error = new Error('no link');
    const broken = (all: Observable<Envelope>) =>
      all.pipe(
        map((): Envelope => {
          throw error;
        }),
      );
    const { system } = federation(atOnce, steps, broken);
    await expect(system.run()).rejects.toBe(error);
  });

  it.each([[{ a: 0, c: 3 }], [{ a: 3, c: 0 }]])(
    'reports the failure that is due first, not the one that came first (turns %o)',
    async (turns) => {
      const [late, early] = [new Error('a fails'), new Error('c fails')];
      const { system, result } = federation(failing({ a: late, c: early }, turns));
      await expect(system.run()).rejects.toBe(early);
      const computed = result().events.filter(
        (event) => event.kind === 'delivered' && event.envelope.message.kind === 'computed',
      );
      expect(computed).toHaveLength(participants.length);
    },
  );

  it('rejects with what starting a computation throws', async () => {
    const error = new Error('on purpose');
    const { system } = federation(() => {
      throw error;
    });
    await expect(system.run()).rejects.toBe(error);
  });

  it('stops when interrupted', async () => {
    const controller = new AbortController();
    const { system, events } = federation((job) => {
      if (job.step.round === 1) controller.abort();
      return atOnce(job);
    });
    await expect(system.run(controller.signal)).rejects.toMatchObject({ code: 'interrupted' });
    expect(events.filter(({ kind }) => kind === 'compute')).toHaveLength(5);
  });

  it.each([
    ['b', 1, /in step "train" the server \(collecting\) still waits for b$/],
    ['y', 3, /in step "examine" the server \(collecting\) still waits for y$/],
  ])('says who is waited for when the upload of %s in step %i is lost', async (lost, at, message) => {
    const { system, result } = federation(atOnce, steps, (envelopes) =>
      envelopes.pipe(
        filter(({ from, message }) => !(from === lost && message.kind === 'upload' && message.step === at)),
      ),
    );
    await expect(system.run()).rejects.toMatchObject({
      name: 'FeddymemError',
      code: 'run-failed',
      message: expect.stringMatching(message),
    });
    expect(result().completed).toBe(false);
  });
});
