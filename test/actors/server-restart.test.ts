import { describe, expect, it } from 'vitest';
import { initialServer, waitingFor } from '../../src/actors/server-state.js';
import { serverId } from '../../src/actors/messages.js';
import { at, blob, computed, restart, start, step, timer } from './samples.js';
import { aggregation, answers, asked, clients, configurationOf, opened } from './server-samples.js';
import { record, send, serve, serveFrom, type Given } from './server-samples.js';

const steps = [step(), step({ round: 2 })];
const back = restart(serverId);
const setting = (name: string, token: number, seconds: number) => ({ kind: 'timer', name, token, seconds });

describe('a server that comes back', () => {
  const given: Given = { steps, schedule: { deadline: 30, retry: { after: 5, times: 2 } } };

  it('before its start opens the first step', () => {
    expect(serveFrom(given, initialServer(), back)).toEqual(serve(given, start));
  });

  it('asks again everybody it waits for, and sets its timers anew', () => {
    const mean = blob('mean');
    const begun = serve(
      given,
      start,
      ...answers(0),
      computed(serverId, 0, 0, { message: mean }),
      answers(1)[1],
    );
    const { state, effects } = serveFrom(given, begun.state, at(40, back));
    const again = (from: string) => record({ kind: 'asked-again', step: 1, from, tries: 2 });
    expect(effects).toEqual([
      ...[setting('deadline', 1, 30), setting('retry', 1, 5)],
      ...[again('c'), send('c', 4, 1, mean), again('b'), send('b', 6, 1, mean)],
    ]);
    expect(state.answers).toEqual(begun.state.answers);
    expect(waitingFor(state).map(({ id, tries }) => [id, tries])).toEqual([[4, 2], [6, 2]]); // prettier-ignore
    const [c, , b] = answers(1);
    expect(serveFrom(given, state, c, b).effects).toMatchObject([
      { kind: 'compute', task: 1, job: { received: [{ from: 'c' }, { from: 'a' }, { from: 'b' }] } },
    ]);
  });

  it('sets no timers where the schedule has none', () => {
    const { effects } = serve({ steps }, start, back);
    expect(effects.filter(({ kind }) => kind === 'timer')).toEqual([]);
    expect(asked(effects)).toEqual(['c 1', 'a 2', 'b 3']);
  });

  it('computes the very same job again, whatever has come meanwhile', () => {
    const over: Given = {
      steps: steps.map((one) => ({ ...one, retains: true })),
      invite: () => ({ kind: 'clients', clients, target: 2 }),
    };
    const [c, a, b] = answers(0);
    const busy = serve(over, start, b, c);
    const { state, effects } = serveFrom(over, busy.state, a, back);
    expect(effects).toEqual(busy.effects);
    expect(effects).toEqual([aggregation(over.steps, 0, ['c', 'b'])]);
    expect(serveFrom(over, state, computed(serverId, 0, 0)).state).toMatchObject({ step: 1, job: null });
  });

  it('goes on waiting for somebody to be available', () => {
    const away: Given = {
      steps,
      invite: (request) =>
        request.now < 20 ? { kind: 'wait', until: 20 } : configurationOf({ steps }).invite(request),
    };
    const waiting = serve(away, start).state;
    const { state, effects } = serveFrom(away, waiting, at(8, back));
    expect(state.phase).toBe('waiting');
    expect(effects).toEqual([setting('open', 0, 12)]);
    expect(serveFrom(away, waiting, at(25, back)).effects[0]).toEqual(opened(0, 3));
  });

  it('has nothing to do after the end', () => {
    const { state } = serve({ steps: [] }, start);
    expect(serveFrom({ steps: [] }, state, back)).toEqual({ state, effects: [] });
  });
});

describe('a server with a buffer that comes back', () => {
  const buffer = { size: 2, concurrency: 3 };

  it('while it computes, asks again everybody it still waits for', () => {
    const given: Given = { steps, schedule: { buffer } };
    const [c, a] = answers(0);
    const busy = serve(given, start, c, a);
    const { effects } = serveFrom(given, busy.state, back);
    expect(effects).toContainEqual(aggregation(steps, 0, ['c', 'a']));
    expect(asked(effects).sort()).toEqual(
      waitingFor(busy.state)
        .map(({ client, id }) => `${client} ${id}`)
        .sort(),
    );
  });

  it('while nobody is available, still wakes when somebody is', () => {
    const given: Given = {
      steps,
      clients: ['a'],
      schedule: { buffer },
      invite: (request) =>
        request.now > 0 && request.now < 20
          ? { kind: 'wait', until: 20 }
          : configurationOf({ steps, clients: ['a'] }).invite(request),
    };
    const [a] = answers(0, 1, ['a']);
    const idle = serve(given, start, at(8, a));
    expect(idle.effects).toEqual([setting('open', 0, 12)]);
    expect(serveFrom(given, idle.state, at(10, back)).effects).toContainEqual(setting('open', 0, 10));
  });

  it('gives up at the deadline what it asked for at the opening, however times round', () => {
    const schedule = { buffer, deadline: 0.1, minimum: 1 };
    const [opening, due] = [0.7, 0.7 + 0.1];
    expect(due - opening).toBeLessThan(0.1);
    const { effects } = serve({ steps, schedule }, at(opening, start), at(due, timer('deadline', 0)));
    expect(effects.slice(0, 3)).toMatchObject(clients.map((from) => ({ event: { kind: 'given-up', from } })));
  });
});
