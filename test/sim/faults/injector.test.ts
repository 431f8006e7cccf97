import { describe, expect, it } from 'vitest';
import { serverId, type Envelope } from '../../../src/actors/messages.js';
import type { Step, StepJob } from '../../../src/actors/steps.js';
import { plannedFaults } from '../../../src/sim/faults/injector.js';
import { blob, broadcast, decline, hello, step, upload } from '../../actors/samples.js';
import { faultsOf } from '../run/samples.js';

const moments = 0;
const initialise = 1;
const train1 = 2;
const train2 = 3;
const steps: Step[] = [
  step({ name: 'moments', round: null }),
  step({ name: 'initialise', round: 0 }),
  step({ name: 'train', round: 1 }),
  step({ name: 'train', round: 2 }),
];
const content = blob('content');
const up = (client: string, at: number): Envelope => upload(client, 1, at, content);
const down = (client: string, at: number): Envelope => broadcast(client, 1, at, content);
const job = (actor: string, at: number): StepJob => ({
  ...{
    actor,
    role: actor === serverId ? 'server' : 'client',
    step: steps[at],
    local: {},
    setup: null,
    received: [],
  },
});

function planned(...plan: readonly Record<string, unknown>[]) {
  const faults = faultsOf(plan);
  const injector = plannedFaults(faults, steps);
  /** Which faults hit each of these messages, by their place in the plan. */
  const hits = (...sent: readonly Envelope[]) =>
    sent.map((envelope) => injector.onSend(envelope).map((fault) => faults.indexOf(fault)));
  return { ...injector, hits };
}

describe('plannedFaults, on messages', () => {
  const lose = { kind: 'lose', client: 'a', step: 'train', round: 2 };

  it('hits the client, the direction, the step and the round it names', () => {
    const { hits } = planned(lose, { ...lose, direction: 'down' });
    expect(hits(up('b', train2), up('a', train1), up('a', initialise), up('a', train2))).toEqual([
      [],
      [],
      [],
      [0],
    ]);
    expect(hits(down('b', train2), down('a', train1), down('a', train2))).toEqual([[], [], [1]]);
  });

  it('without a round hits the first step of that name, once', () => {
    const { hits } = planned({ kind: 'lose', client: 'a', step: 'train' });
    expect(hits(up('a', initialise), up('a', train1), up('a', train1), up('a', train2))).toEqual([
      [],
      [0],
      [],
      [],
    ]);
  });

  it('hits the nth message that fits, and counts no others', () => {
    const { hits } = planned({ ...lose, nth: 3 });
    const sent = [up('a', train2), up('b', train2), down('a', train2), up('a', train2), up('a', train2)];
    expect(hits(...sent, up('a', train2))).toEqual([[], [], [], [], [0], []]);
  });

  it('lets several faults hit one message', () => {
    const { hits } = planned(lose, { ...lose, kind: 'corrupt' }, { ...lose, kind: 'duplicate', nth: 2 });
    expect(hits(up('a', train2), up('a', train2))).toEqual([[0, 1], [2]]);
  });

  it('counts two equal faults apart: both hit', () => {
    expect(planned(lose, lose).hits(up('a', train2))).toEqual([[0, 1]]);
  });

  it.each(['invalid', 'crash-sending'])('%s: hits uploads alone', (kind) => {
    const { hits } = planned({ ...lose, kind, ...(kind === 'invalid' && { how: 'truncated' }) });
    expect(hits(down('a', train2), up('a', train2), up('a', train2))).toEqual([[], [0], []]);
  });

  it('poison: hits every upload from its round on, none before the rounds', () => {
    const { hits } = planned({ kind: 'poison', client: 'a', fromRound: 1 });
    const sent = [up('a', moments), up('a', initialise), up('a', train1), up('a', train2), up('a', train2)];
    expect(hits(...sent)).toEqual([[], [], [0], [0], [0]]);
    expect(hits(down('a', train2), up('b', train2))).toEqual([[], []]);
    expect(planned({ kind: 'poison', client: 'a' }).hits(up('a', moments), up('a', initialise))).toEqual([
      [],
      [0],
    ]);
  });

  it('hits nothing but broadcasts and uploads', () => {
    const { hits } = planned({ kind: 'lose', client: 'a', step: 'train' });
    expect(hits(hello('a'), decline('a', 1, train1, 'busy'), up('a', train1))).toEqual([[], [], [0]]);
  });
});

describe('plannedFaults, on jobs', () => {
  it('crashes an actor once, in the step and round it names', () => {
    const crash = {
      kind: 'crash-computing',
      actor: 'a',
      step: 'train',
      round: 1,
      share: 0.25,
      restartAfter: 5,
    };
    const { onCompute } = planned(crash);
    expect(onCompute(job('b', train1))).toBeNull();
    expect(onCompute(job('a', train2))).toBeNull();
    expect(onCompute(job(serverId, train1))).toBeNull();
    expect(onCompute(job('a', train1))).toEqual({ kind: 'crash', share: 0.25, restartAfter: 5 });
    expect(onCompute(job('a', train1))).toBeNull();
  });

  it('crashes the server at its own work', () => {
    const { onCompute } = planned({
      kind: 'crash-computing',
      actor: serverId,
      step: 'train',
      restartAfter: null,
    });
    expect(onCompute(job(serverId, train2))).toEqual({ kind: 'crash', share: 0.5, restartAfter: null });
  });

  it('fails a job with a reason, and the next of its kind not any more', () => {
    const { onCompute } = planned({ kind: 'job-fails', client: 'a', step: 'train' });
    expect(onCompute(job('a', train1))).toEqual({ kind: 'fail', reason: 'the job failed, as planned' });
    expect(onCompute(job('a', train1))).toBeNull();
  });

  it('keeps a second fault of the same job for the next try', () => {
    const fails = { kind: 'job-fails', client: 'a', step: 'train' };
    const { onCompute } = planned(fails, fails);
    const kinds = [1, 2, 3].map(() => onCompute(job('a', train1))?.kind);
    expect(kinds).toEqual(['fail', 'fail', undefined]);
  });

  it('hands over crashes at set times', () => {
    const crash = { kind: 'crash', actor: 'a', at: 7, restartAfter: 2 };
    expect(planned(crash, { kind: 'job-fails', client: 'a', step: 'train' }).crashes).toEqual([crash]);
  });
});

describe('plannedFaults, on links', () => {
  const { isCutOff } = planned({ kind: 'partition', clients: ['a', 'b'], from: 10, seconds: 5 });

  it.each([
    ['before', 0, 9.9, false],
    ['into it', 8, 10, true],
    ['within', 11, 12, true],
    ['across', 0, 99, true],
    ['out of it', 15, 20, true],
    ['after', 15.1, 20, false],
  ])('cuts off what is on its way then: %s', (_, from, to, expected) => {
    expect(isCutOff('a', from, to)).toBe(expected);
    expect(isCutOff('b', from, to)).toBe(expected);
    expect(isCutOff('c', from, to)).toBe(false);
  });
});
