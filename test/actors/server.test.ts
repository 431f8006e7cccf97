import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialServer, waitingFor } from '../../src/actors/server-state.js';
import { blob, broadcast, computed, failed, play, start, step, timer } from './samples.js';
import { serverBehaviour } from '../../src/actors/server.js';
import { serverId } from '../../src/actors/messages.js';
import { aggregation, answers, clients, configurationOf, done, finished, opened } from './server-samples.js';
import { send, serve, serveFrom } from './server-samples.js';

const [gather, inform] = [step({ name: 'gather' }), step({ name: 'inform', aggregates: false })];
const examine = step({ name: 'examine', round: null, audience: 'held-out', aggregates: false });
const waiting = (given: Parameters<typeof serve>[0], ...envelopes: Parameters<typeof serve>[1][]) =>
  waitingFor(serve(given, ...envelopes).state).map(({ client }) => client);

describe('the server', () => {
  it('opens with an empty broadcast to everyone invited, in their order', () => {
    const { state, effects } = serve({ steps: [gather] }, start);
    expect(state).toMatchObject({ phase: 'collecting', step: 0, target: 3, nextTask: 4 });
    expect(effects).toEqual([opened(0, 3), send('c', 1, 0), send('a', 2, 0), send('b', 3, 0)]);
    expect(waitingFor(state)).toMatchObject(
      clients.map((client, index) => ({ id: index + 1, client, step: 0, tries: 1, sentAt: 0 })),
    );
  });

  it('asks for the invitation of the step, at its time', () => {
    const requests: unknown[] = [];
    const { invite } = configurationOf({ steps: [gather] });
    const given = {
      steps: [inform, gather],
      invite: (request: Parameters<typeof invite>[0]) => {
        const { isBusy, isGone, ...rest } = request;
        requests.push({ ...rest, busy: clients.filter(isBusy), gone: clients.filter(isGone) });
        return invite({ ...request, step: 0 });
      },
    };
    serve(given, start, ...answers(0).map((answer, index) => ({ ...answer, sentAt: index })));
    expect(requests).toContainEqual({ step: 0, now: 0, wanted: null, ordinal: 1, busy: [], gone: [] });
    expect(requests).toContainEqual({ step: 1, now: 2, wanted: null, ordinal: 4, busy: [], gone: [] });
  });

  it('waits for all, then computes over the answers in the order of rank, whatever the order of arrival', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...answers(0)], { minLength: 3 }), (order) => {
        const given = { steps: [gather] };
        const envelopes = [start, ...order];
        for (let arrived = 1; arrived < clients.length; arrived++) {
          const { state, effects } = serve(given, ...envelopes.slice(0, 1 + arrived));
          expect(state.phase).toBe('collecting');
          const left = order.slice(arrived).map(({ from }) => from);
          expect(waitingFor(state).map(({ client }) => client)).toEqual(
            clients.filter((id) => left.includes(id)),
          );
          expect(effects).toEqual([]);
        }
        const { state, effects } = serve(given, ...envelopes);
        expect(state).toMatchObject({ phase: 'aggregating', accepted: 3 });
        expect(waitingFor(state)).toEqual([]);
        expect(effects).toEqual([aggregation([gather], 0, clients)]);
      }),
    );
  });

  it('broadcasts what it made in the next step and keeps its own state', () => {
    const [mean, count] = [blob('mean'), blob('count')];
    const given = { steps: [gather, gather] };
    const made = computed(serverId, 0, 0, { local: { count }, message: mean });
    const second = [start, ...answers(0), made];
    const { state, effects } = serve(given, ...second);
    const broadcasts = clients.map((to, index) => send(to, 4 + index, 1, mean));
    expect(effects).toEqual([done(0, 3, mean), opened(1, 3), ...broadcasts]);
    expect(state).toMatchObject({ phase: 'collecting', step: 1, local: { count }, job: null });
    expect(state.answers.size).toBe(0);
    const next = serve(given, ...second, ...answers(1));
    expect(next.effects).toEqual([aggregation(given.steps, 1, clients, { local: { count } })]);
    const replaced = computed(serverId, 1, 1, { local: { count: null, mean } });
    const last = serve(given, ...second, ...answers(1), replaced);
    expect(last.state).toMatchObject({ phase: 'finished', step: 2, local: { mean } });
    expect(last.state.local).not.toHaveProperty('count');
    expect(last.effects).toEqual([done(1, 3), finished]);
  });

  it('goes on without a broadcast after a step without aggregation', () => {
    const { state, effects } = serve({ steps: [inform, gather] }, start, ...answers(0));
    expect(effects).toEqual([
      ...[done(0, 3), opened(1, 3)],
      ...clients.map((to, index) => send(to, 4 + index, 1)),
    ]);
    expect(state).toMatchObject({ phase: 'collecting', step: 1 });
  });

  it('addresses and awaits the held-out clients alone where they are the audience', () => {
    const mean = blob('mean');
    const given = { steps: [gather, examine], heldOut: ['y', 'x'] };
    const opening = [start, ...answers(0), computed(serverId, 0, 0, { message: mean })];
    const { effects } = serve(given, ...opening);
    expect(effects.slice(1)).toEqual([opened(1, 2), send('y', 4, 1, mean), send('x', 5, 1, mean)]);
    const [y, x] = answers(1, 4, ['y', 'x']);
    expect(waiting(given, ...opening)).toEqual(['y', 'x']);
    expect(waiting(given, ...opening, x)).toEqual(['y']);
    const closed = serve(given, ...opening, x, y);
    expect(closed.state).toMatchObject({ phase: 'finished', step: 2 });
    expect(closed.effects).toEqual([done(1, 2), finished]);
  });

  it('passes an empty audience by, computing over no answers where the step aggregates', () => {
    const skipped = serve({ steps: [examine, gather] }, start);
    const broadcasts = clients.map((to, index) => send(to, 1 + index, 1));
    expect(skipped.effects).toEqual([done(0, 0), opened(1, 3), ...broadcasts]);
    const steps = [{ ...examine, aggregates: true }];
    const { state, effects } = serve({ steps }, start);
    expect(state.phase).toBe('aggregating');
    expect(effects).toEqual([aggregation(steps, 0, [])]);
  });

  it('finishes at once without steps', () => {
    const { state, effects } = serve({ steps: [] }, start);
    expect(state).toMatchObject({ phase: 'finished', step: 0 });
    expect(effects).toEqual([finished]);
  });

  it('aborts when its own job fails', () => {
    const { effects } = serve({ steps: [gather] }, start, ...answers(0), failed(serverId, 0, 0, 'no memory'));
    expect(effects).toEqual([{ kind: 'abort', reason: 'no memory' }]);
  });

  it('ignores a broadcast', () => {
    const given = { steps: [gather] };
    const { state } = serve(given, start);
    expect(serveFrom(given, state, broadcast(serverId, 1, 0, null))).toEqual({ state, effects: [] });
  });

  it.each(['deadline', 'retry', 'open'] as const)('ignores a %s timer of a step that is over', (name) => {
    const given = {
      steps: [inform, gather],
      schedule: { minimum: 1, deadline: 9, retry: { after: 3, times: 1 } },
    };
    const { state } = serve(given, start, ...answers(0));
    expect(serveFrom(given, state, timer(name, 0))).toEqual({ state, effects: [] });
  });

  it.each(['deadline', 'retry', 'open'] as const)('ignores a %s timer while it computes', (name) => {
    const given = { steps: [gather], schedule: { deadline: 9, retry: { after: 3, times: 1 } } };
    const { state } = serve(given, start, ...answers(0));
    expect(serveFrom(given, state, timer(name, 0))).toEqual({ state, effects: [] });
  });

  it.each([
    ['before the start', [computed(serverId, 0, 0)]],
    ['while it collects', [start, computed(serverId, 0, 0)]],
    ['of another step', [start, ...answers(0), computed(serverId, 1, 1)]],
    ['a second time', [start, ...answers(0), computed(serverId, 0, 0), computed(serverId, 0, 0)]],
  ])('refuses a result %s', (_, envelopes) => {
    const receive = serverBehaviour(configurationOf({ steps: [gather, gather] }));
    expect(() => play(receive, initialServer(), ...envelopes)).toThrow(/the server got a result unasked/);
  });
});
