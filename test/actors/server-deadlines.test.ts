import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../src/actors/server-state.js';
import { serverId } from '../../src/actors/messages.js';
import { at, blob, computed, decline, start, step, timer } from './samples.js';
import { aggregation, answers, asked, clients, done, opened, record, recorded } from './server-samples.js';
import { send, serve, serveFrom, type Given } from './server-samples.js';

const steps = [step(), step({ round: 2 })];
const [c, a, b] = answers(0);
const setting = (name: string, token: number, seconds: number) => ({ kind: 'timer', name, token, seconds });
const abandoned = (step: number, reason: string) => record({ kind: 'step-abandoned', step, reason });

describe('a deadline', () => {
  const given: Given = { steps, schedule: { deadline: 30, minimum: 2 } };

  it('is set with the opening of every step', () => {
    expect(serve(given, start).effects.at(-1)).toEqual(setting('deadline', 0, 30));
    const next = serve(given, start, c, a, b, computed(serverId, 0, 0));
    expect(next.effects.at(-1)).toEqual(setting('deadline', 1, 30));
  });

  it('closes the step with what is there; the rest is late', () => {
    const { state, effects } = serve(given, start, b, c, timer('deadline', 0));
    expect(effects).toEqual([aggregation(steps, 0, ['c', 'b'])]);
    expect(serveFrom(given, state, a).effects).toEqual([
      record({ kind: 'late', step: 0, from: 'a', kept: false }),
    ]);
  });

  it('abandons the step below the minimum, and goes on with the broadcast that the step had', () => {
    const mean = blob('mean');
    const three = [...steps, step({ round: 3 })];
    const begun = [start, c, a, b, computed(serverId, 0, 0, { message: mean })];
    const { state, effects } = serve(
      { ...given, steps: three },
      ...begun,
      answers(1)[0],
      timer('deadline', 1),
    );
    expect(effects).toEqual([
      abandoned(1, '1 of at least 2 uploads accepted: the deadline passed'),
      opened(2, 3),
      ...clients.map((to, index) => send(to, 7 + index, 2, mean)),
      setting('deadline', 2, 30),
    ]);
    expect(state).toMatchObject({ step: 2, phase: 'collecting' });
    expect(state.answers.size).toBe(0);
    const [again] = answers(1);
    expect(recorded(serveFrom({ ...given, steps: three }, state, again).effects)).toMatchObject([
      { kind: 'ignored' },
    ]);
  });

  it('closes a step without aggregation with those who acknowledged', () => {
    const inform = [step({ aggregates: false })];
    const { effects } = serve({ ...given, steps: inform }, start, c, a, timer('deadline', 0));
    expect(effects.slice(0, 1)).toEqual([done(0, 2)]);
  });

  it('of a step that is over is nothing', () => {
    const { state } = serve(given, start, c, a, b, computed(serverId, 0, 0));
    expect(serveFrom(given, state, timer('deadline', 0))).toEqual({ state, effects: [] });
  });
});

describe('an abandoned step', () => {
  it('that is essential aborts the run', () => {
    const given: Given = { steps: [step({ essential: true }), ...steps], schedule: { minimum: 1 } };
    const declined = clients.map((id, index) => decline(id, index + 1, 0, 'dropped out'));
    const reason = '0 of at least 1 uploads accepted: nobody is left to answer';
    expect(serve(given, start, ...declined).effects.slice(1)).toEqual([
      abandoned(0, reason),
      {
        kind: 'abort',
        reason: `step "train" was abandoned (${reason}), and nothing can follow without it`,
      },
    ]);
  });

  it('ends the run like any other when it is the last', () => {
    const given: Given = { steps: [steps[0]], schedule: { minimum: 4 } };
    const { state, effects } = serve(given, start, c, a, b);
    expect(state).toMatchObject({ phase: 'finished', step: 1 });
    expect(effects).toEqual([
      abandoned(0, '3 of at least 4 uploads accepted: nobody is left to answer'),
      record({ kind: 'finished' }),
    ]);
  });

  it('that takes no more says so, where others are left', () => {
    const given: Given = {
      steps: [steps[0]],
      schedule: { minimum: 3 },
      invite: () => ({ kind: 'clients', clients, target: 2 }),
    };
    expect(recorded(serve(given, start, c, a).effects)).toMatchObject([
      { kind: 'step-abandoned', reason: '2 of at least 3 uploads accepted: the step takes no more' },
      { kind: 'finished' },
    ]);
  });

  it('for want of clients says so, and none is asked', () => {
    const given: Given = {
      steps: [steps[0]],
      schedule: { minimum: 1, deadline: 5 },
      invite: () => ({ kind: 'nobody', reason: 'no client is available' }),
    };
    expect(serve(given, start).effects).toEqual([
      abandoned(0, '0 of at least 1 uploads accepted: no client is available'),
      record({ kind: 'finished' }),
    ]);
  });
});

describe('retries', () => {
  const given: Given = { steps, schedule: { retry: { after: 5, times: 2 } } };
  const tick = timer('retry', 0);
  const again = (from: string, tries: number) => record({ kind: 'asked-again', step: 0, from, tries });

  it('ask everybody again who has not answered, in the order of asking', () => {
    expect(serve(given, start).effects.at(-1)).toEqual(setting('retry', 0, 5));
    const { state, effects } = serve(given, start, a, at(5, tick));
    expect(effects).toEqual([
      ...[again('c', 2), send('c', 1, 0), again('b', 2), send('b', 3, 0)],
      setting('retry', 0, 5),
    ]);
    expect(waitingFor(state)).toMatchObject([
      { id: 1, client: 'c', step: 0, tries: 2, sentAt: 0 },
      { id: 3, client: 'b', step: 0, tries: 2, sentAt: 0 },
    ]);
  });

  it('are given up after as many times as the policy says, and the step closes with the answers', () => {
    const { effects } = serve(given, start, a, tick, tick, tick);
    const reason = 'no answer to any try';
    expect(effects).toEqual([
      record({ kind: 'given-up', step: 0, from: 'c', reason }),
      record({ kind: 'given-up', step: 0, from: 'b', reason }),
      aggregation(steps, 0, ['a']),
    ]);
  });

  it('end with the step, which opens the next with retries of its own', () => {
    const inform = [step({ aggregates: false }), steps[1]];
    const { state, effects } = serve({ ...given, steps: inform }, start, tick, tick, tick);
    expect(recorded(effects).map(({ kind }) => kind)).toEqual([
      ...['given-up', 'given-up', 'given-up', 'step-done', 'step-opened'],
    ]);
    expect(asked(effects)).toEqual(['c 4', 'a 5', 'b 6']);
    expect(effects.filter(({ kind }) => kind === 'timer')).toEqual([setting('retry', 1, 5)]);
    expect(serveFrom({ ...given, steps: inform }, state, tick)).toEqual({ state, effects: [] });
  });

  it('go on when only some are given up', () => {
    const again = decline('c', 1, 0, 'damaged', true);
    const { state, effects } = serve(given, start, again, again, tick);
    expect(recorded(effects)).toMatchObject([
      { kind: 'given-up', from: 'c' },
      { kind: 'asked-again', from: 'a', tries: 2 },
      { kind: 'asked-again', from: 'b', tries: 2 },
    ]);
    expect(effects.at(-1)).toEqual(setting('retry', 0, 5));
    expect(state.phase).toBe('collecting');
  });
});
