import { setImmediate } from 'node:timers/promises';
import { map, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { Compute } from '../../src/actors/actor-system.js';
import { serverId, type Envelope } from '../../src/actors/messages.js';
import { step } from './samples.js';
import {
  atOnce,
  deliver,
  federation,
  jobsOf,
  participants,
  recordedBy,
  secondsOf,
} from './system-samples.js';

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

const lose = (when: (envelope: Envelope) => boolean) => ({
  deliveries: (envelope: Envelope) => [
    deliver(envelope, when(envelope) ? { kind: 'lose', reason: 'on purpose' } : { kind: 'arrive' }),
  ],
});

describe('a run that fails', () => {
  it.each(['c', 'a', serverId])('rejects with what the computation of %s rejected with', async (actor) => {
    const error = new Error(`${actor} fails`);
    const { system, result } = federation({ compute: failing({ [actor]: error }) });
    await expect(system.run()).rejects.toBe(error);
    expect(result().completed).toBe(false);
  });

  it('rejects with what the network fails with', async () => {
    const error = new Error('no link');
    const carry = (all: Observable<Envelope>) =>
      all.pipe(
        map((): never => {
          throw error;
        }),
      );
    const { system, result } = federation({ carry });
    await expect(system.run()).rejects.toBe(error);
    expect(result().completed).toBe(false);
  });

  it.each([[{ a: 0, c: 3 }], [{ a: 3, c: 0 }]])(
    'reports the failure that is due first, not the one that came first (turns %o)',
    async (turns) => {
      const [late, early] = [new Error('a fails'), new Error('c fails')];
      const { system, events } = federation({ compute: failing({ a: late, c: early }, turns) });
      await expect(system.run()).rejects.toBe(early);
      const computed = events.filter(
        (event) => event.kind === 'delivered' && event.envelope.message.kind === 'computed',
      );
      expect(computed).toHaveLength(participants.length);
    },
  );

  it('rejects with what starting a computation throws', async () => {
    const error = new Error('on purpose');
    const { system } = federation({
      compute: () => {
        throw error;
      },
    });
    await expect(system.run()).rejects.toBe(error);
  });

  it('is aborted where the server says that nothing can follow', async () => {
    const essential = [step({ name: 'initialise', round: 0, essential: true }), step()];
    const { system, events, result } = federation({
      steps: essential,
      schedule: { minimum: 1, deadline: 1 },
    });
    await expect(system.run()).rejects.toMatchObject({
      name: 'FeddymemError',
      code: 'run-failed',
      message: expect.stringMatching(/^step "initialise" was abandoned \(0 of at least 1 uploads accepted/),
    });
    expect(recordedBy(events).at(-1)).toMatchObject({ kind: 'step-abandoned', step: 0 });
    expect(result().completed).toBe(false);
  });

  it('stops when interrupted', async () => {
    const controller = new AbortController();
    const { system, events } = federation({
      compute: (job) => {
        if (job.step.round === 1) controller.abort();
        return atOnce(job);
      },
    });
    await expect(system.run(controller.signal)).rejects.toMatchObject({ code: 'interrupted' });
    expect(jobsOf(events)).toHaveLength(5);
  });
});

describe('a run that is stuck', () => {
  it.each([
    ['b', 1, /in step "train" of round 1 the server \(collecting\) still waits for b$/],
    ['y', 3, /in step "examine" the server \(collecting\) still waits for y$/],
  ])('says who is waited for when the upload of %s in step %i is lost', async (lost, at, message) => {
    const { system, result } = federation(
      lose(({ from, message }) => from === lost && message.kind === 'upload' && message.step === at),
    );
    await expect(system.run()).rejects.toMatchObject({
      name: 'FeddymemError',
      code: 'run-failed',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/deadline or a retry/),
    });
    expect(result().completed).toBe(false);
  });

  it('names twenty of many', async () => {
    const clients = Array.from({ length: 23 }, (_, index) => `c${index}`);
    const { system } = federation({ clients, steps: [step()], ...lose(() => true) });
    await expect(system.run()).rejects.toThrow(/still waits for c0, c1, .*, c19 and 3 more$/);
    const few = federation({ clients: clients.slice(0, 20), steps: [step()], ...lose(() => true) });
    await expect(few.system.run()).rejects.toThrow(/c18, c19$/);
  });

  it('says that the server is down', async () => {
    const crashes = [{ actor: serverId, at: 5.25, restartAfter: null }];
    const { system } = federation({ steps: [step()], faults: { crashes } });
    await expect(system.run()).rejects.toThrow(/\(aggregating, down\) still waits for its own result$/);
  });

  it('is not, when halted', async () => {
    const { system } = federation({ ...lose(() => true), halt: () => true });
    await expect(system.run()).resolves.toBeUndefined();
  });
});
