import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../src/actors/server-state.js';
import { blob, computed, damaged, decline, start, step, upload } from './samples.js';
import { serverId } from '../../src/actors/messages.js';
import { aggregation, answerOf, answers, asked, clients, done, finished, opened } from './server-samples.js';
import { record, recorded, send, serve, serveFrom, type Given } from './server-samples.js';

const steps = [step(), step({ round: 2 })];
const [c, a, b] = answers(0);
const ignored = (from: string, step = 0) =>
  record({ kind: 'ignored', step, from, reason: 'answered before' });
const damage = 'damaged on its way: its checksum does not fit';
const refused = (from: string, reason: string, step = 0) => record({ kind: 'refused', step, from, reason });
const waiting = (given: Given, ...envelopes: Parameters<typeof serve>[1][]) =>
  waitingFor(serve(given, ...envelopes).state).map(({ client }) => client);

describe('over-selection', () => {
  const given: Given = {
    steps,
    invite: () => ({ kind: 'clients', clients, target: 2 }),
  };

  it('closes a step with the first answers that are enough; by rank', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...answers(0)], { minLength: 3 }), (order) => {
        const { state, effects } = serve(given, start, ...order.slice(0, 2));
        const chosen = order.slice(0, 2).map(({ from }) => from);
        expect(state).toMatchObject({ phase: 'aggregating', accepted: 2 });
        expect(effects).toEqual([
          aggregation(
            steps,
            0,
            clients.filter((id) => chosen.includes(id)),
          ),
        ]);
      }),
    );
    expect(serve(given, start).effects[0]).toEqual(opened(0, 3, 2));
  });

  it('takes the rest for late, while it computes and in the next step', () => {
    const late = record({ kind: 'late', step: 0, from: 'b', kept: false });
    const busy = serve(given, start, c, a);
    const during = serveFrom(given, busy.state, b);
    expect(during.effects).toEqual([late]);
    const next = serveFrom(given, busy.state, computed(serverId, 0, 0));
    expect(waitingFor(next.state).map(({ client }) => client)).toEqual(clients);
    expect(serveFrom(given, next.state, b).effects).toEqual([late]);
    expect(waitingFor(serveFrom(given, next.state, b).state).map(({ id }) => id)).toEqual([4, 5, 6]);
  });

  it('goes on with fewer when nobody is left to answer', () => {
    const declined = [decline('c', 1, 0, 'dropped out'), decline('b', 3, 0, 'dropped out')];
    expect(serve(given, start, declined[0], a, declined[1]).effects).toEqual([
      record({ kind: 'given-up', step: 0, from: 'b', reason: 'dropped out' }),
      aggregation(steps, 0, ['a']),
    ]);
  });
});

describe('an upload', () => {
  it('that repeats another is ignored: while it collects, while it computes, and in the next step', () => {
    const given = { steps };
    expect(serve(given, start, c, c)).toEqual({
      state: serve(given, start, c).state,
      effects: [ignored('c')],
    });
    const busy = serve(given, start, c, a, b).state;
    expect(serveFrom(given, busy, a)).toEqual({ state: busy, effects: [ignored('a')] });
    const next = serve(given, start, c, a, b, computed(serverId, 0, 0)).state;
    expect(serveFrom(given, next, b)).toEqual({ state: next, effects: [ignored('b')] });
  });

  it.each([
    ['of a task that nobody has', upload('c', 9, 0, answerOf('c', 0))],
    ["of another client's task", upload('c', 2, 0, answerOf('c', 0))],
    ['of a client that was not asked', upload('z', 1, 0, answerOf('z', 0))],
  ])('%s is ignored', (_, stray) => {
    const given = { steps };
    const { state } = serve(given, start);
    expect(serveFrom(given, state, stray)).toEqual({ state, effects: [ignored(stray.from)] });
  });

  it('without payload is an answer', () => {
    const { effects } = serve({ steps }, start, upload('a', 2, 0, null), c, b);
    expect(effects).toEqual([aggregation(steps, 0, ['c', { from: 'a' }, 'b'])]);
  });

  it("that can't be used is refused with its sender's name, and the step goes on without it", () => {
    const seen: unknown[] = [];
    const given: Given = {
      steps,
      inspect: (asked, from, payload, local) => {
        seen.push([asked, from, payload, local]);
        return from === 'a' ? 'not a memory' : null;
      },
    };
    const second = serve(given, start, c, a);
    expect(second.effects).toEqual([refused('a', 'not a memory')]);
    expect(waitingFor(second.state).map(({ client }) => client)).toEqual(['b']);
    expect(serveFrom(given, second.state, a).effects).toEqual([ignored('a')]);
    expect(serve(given, start, c, a, b).effects).toEqual([aggregation(steps, 0, ['c', 'b'])]);
    expect(serve(given, start, c, b, a).effects).toEqual([
      refused('a', 'not a memory'),
      aggregation(steps, 0, ['c', 'b']),
    ]);
    expect(seen.slice(0, 2)).toEqual([
      [steps[0], 'c', answerOf('c', 0), {}],
      [steps[0], 'a', answerOf('a', 0), {}],
    ]);
  });

  it('is inspected against what the server keeps, as an answer to the step it was asked for', () => {
    const seen: unknown[] = [];
    const space = blob('space');
    const given: Given = {
      steps,
      invite: () => ({ kind: 'clients', clients, target: 2 }),
      inspect: (asked, from, _, local) => {
        seen.push([asked.round, from, local]);
        return null;
      },
    };
    const next = serve(given, start, c, a, computed(serverId, 0, 0, { local: { space } }));
    serveFrom(given, next.state, b, answers(1)[0]);
    expect(seen).toEqual([...['c', 'a'].map((id) => [1, id, {}]), [1, 'b', { space }], [2, 'c', { space }]]);
  });
});

describe('a damaged upload', () => {
  const retry = { steps, schedule: { retry: { after: 5, times: 2 } } };

  it('is refused and asked for again where there is a retry policy', () => {
    const { state, effects } = serve(retry, start, damaged(c));
    const again = record({ kind: 'asked-again', step: 0, from: 'c', tries: 2 });
    expect(effects).toEqual([refused('c', damage), again, send('c', 1, 0)]);
    expect(waitingFor(state)[0]).toMatchObject({ id: 1, client: 'c', tries: 2 });
    expect(serveFrom(retry, state, c, a, b).effects).toEqual([aggregation(steps, 0, clients)]);
  });

  it('is given up after as many tries as the policy has', () => {
    const { state, effects } = serve(retry, start, damaged(c), damaged(c), damaged(c));
    expect(effects).toEqual([refused('c', damage)]);
    expect(waitingFor(state).map(({ client }) => client)).toEqual(['a', 'b']);
    expect(serveFrom(retry, state, a, b).effects).toEqual([aggregation(steps, 0, ['a', 'b'])]);
  });

  it('is refused for good without one', () => {
    const given = { steps };
    expect(serve(given, start, damaged(c)).effects).toEqual([refused('c', damage)]);
    expect(waiting(given, start, damaged(c))).toEqual(['a', 'b']);
    const { effects } = serve({ steps: [step({ aggregates: false })] }, start, a, b, damaged(c));
    expect(effects).toEqual([refused('c', damage), done(0, 2), finished]);
  });

  it('of a step that is over is refused and not asked for again', () => {
    const given: Given = { ...retry, invite: () => ({ kind: 'clients', clients, target: 2 }) };
    const next = serve(given, start, c, a, computed(serverId, 0, 0));
    const { state, effects } = serveFrom(given, next.state, damaged(b));
    expect(effects).toEqual([refused('b', damage)]);
    expect(serveFrom(given, state, b).effects).toEqual([ignored('b')]);
  });
});

describe('a client that declines', () => {
  it('is not waited for', () => {
    const given = { steps };
    const { effects } = serve(given, start, decline('c', 1, 0, 'dropped out'));
    expect(effects).toEqual([record({ kind: 'given-up', step: 0, from: 'c', reason: 'dropped out' })]);
    expect(waiting(given, start, decline('c', 1, 0, 'dropped out'))).toEqual(['a', 'b']);
  });

  it('is asked again where that is worth it and the policy allows', () => {
    const again = decline('c', 1, 0, 'damaged', true);
    const given = { steps, schedule: { retry: { after: 5, times: 1 } } };
    const first = serve(given, start, again);
    expect(asked(first.effects)).toEqual(['c 1']);
    const last = serveFrom(given, first.state, again);
    expect(recorded(last.effects)).toEqual([{ kind: 'given-up', step: 0, from: 'c', reason: 'damaged' }]);
    expect(asked(serve({ steps }, start, again).effects)).toEqual([]);
  });

  it('twice, or for a task that is not its own, says nothing new', () => {
    const given = { steps };
    const { state } = serve(given, start, decline('c', 1, 0, 'dropped out'));
    for (const stray of [decline('c', 1, 0, 'dropped out'), decline('a', 3, 0, 'why')])
      expect(serveFrom(given, state, stray)).toEqual({ state, effects: [] });
  });
});
