import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlobReference } from '../../src/base/blob.js';
import { serverId, type Envelope, type RecordedEvent, type Step } from '../../src/actors/messages.js';
import { initialServer, receiveAsServer, waitingFor } from '../../src/actors/server.js';
import { blob, broadcast, computed, play, start, step, upload } from './samples.js';

const clients = ['c', 'a', 'b'];
const serve = (steps: readonly Step[], heldOut: readonly string[], ...envelopes: readonly Envelope[]) =>
  play(receiveAsServer, initialServer(steps, clients, heldOut), ...envelopes);
const answers = (step: number, from = clients) =>
  from.map((client) => upload(client, step, client === 'a' ? null : blob(`${client} ${step}`)));

const send = (to: string, step: number, payload: BlobReference | null = null) => ({
  kind: 'send',
  to,
  message: { kind: 'broadcast', step, payload },
});
const record = (event: RecordedEvent) => ({ kind: 'record', event });
const [gather, inform] = [step({ name: 'gather' }), step({ name: 'inform', aggregates: false })];
const examine = step({ name: 'examine', round: null, audience: 'held-out', aggregates: false });

describe('the server', () => {
  it('opens with an empty broadcast to every participant, in their order', () => {
    const { state, effects } = serve([gather], ['x'], start);
    expect(state).toMatchObject({ phase: 'collecting', step: 0 });
    expect(effects).toEqual(clients.map((to) => send(to, 0)));
    expect(waitingFor(state)).toEqual(clients);
  });

  it('waits for all, then computes over the answers in the order of the clients', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(clients, { minLength: 3 }), (order) => {
        const envelopes = [start, ...answers(0, order)];
        for (let arrived = 0; arrived < clients.length; arrived++) {
          const { state, effects } = serve([gather], [], ...envelopes.slice(0, 1 + arrived));
          expect(state.phase).toBe('collecting');
          expect(waitingFor(state)).toEqual(clients.filter((id) => !order.slice(0, arrived).includes(id)));
          if (arrived > 0) expect(effects).toEqual([]);
        }
        const { state, effects } = serve([gather], [], ...envelopes);
        expect(state.phase).toBe('aggregating');
        expect(waitingFor(state)).toEqual([]);
        const received = [
          { from: 'c', payload: blob('c 0') },
          { from: 'a', payload: null },
          { from: 'b', payload: blob('b 0') },
        ];
        const job = { actor: serverId, role: 'server', step: gather, local: {}, received };
        expect(effects).toEqual([{ kind: 'compute', step: 0, job }]);
      }),
    );
  });

  it('broadcasts what it made in the next step and keeps its own state', () => {
    const [mean, count] = [blob('mean'), blob('count')];
    const made = computed(serverId, 0, { local: { count }, message: mean });
    const { state, effects } = serve([gather, gather], [], start, ...answers(0), made);
    const done = record({ kind: 'step-done', step: 0, broadcast: mean });
    expect(effects).toEqual([done, ...clients.map((to) => send(to, 1, mean))]);
    expect(state).toMatchObject({ phase: 'collecting', step: 1, answers: {}, local: { count } });
    const next = serve([gather, gather], [], start, ...answers(0), made, ...answers(1));
    expect(next.effects).toMatchObject([{ kind: 'compute', step: 1, job: { local: { count } } }]);
    const replaced = computed(serverId, 1, { local: { count: mean } });
    const last = serve([gather, gather], [], start, ...answers(0), made, ...answers(1), replaced);
    expect(last.state.local).toEqual({ count: mean });
  });

  it('goes on without a broadcast after a step without aggregation', () => {
    const { state, effects } = serve([inform, gather], [], start, ...answers(0));
    expect(effects).toEqual([
      record({ kind: 'step-done', step: 0, broadcast: null }),
      ...clients.map((to) => send(to, 1)),
    ]);
    expect(state).toMatchObject({ phase: 'collecting', step: 1 });
  });

  it('addresses and awaits the held-out clients alone where they are the audience', () => {
    const mean = blob('mean');
    const opening = [start, ...answers(0), computed(serverId, 0, { message: mean })];
    const opened = serve([gather, examine], ['y', 'x'], ...opening);
    expect(opened.effects.slice(1)).toEqual([send('y', 1, mean), send('x', 1, mean)]);
    expect(waitingFor(opened.state)).toEqual(['y', 'x']);
    const half = serve([gather, examine], ['y', 'x'], ...opening, upload('x', 1, null));
    expect(waitingFor(half.state)).toEqual(['y']);
    const closed = serve([gather, examine], ['y', 'x'], ...opening, ...answers(1, ['x', 'y']));
    expect(closed.state).toMatchObject({ phase: 'finished', step: 2 });
    expect(closed.effects).toEqual([
      record({ kind: 'step-done', step: 1, broadcast: null }),
      record({ kind: 'finished' }),
    ]);
  });

  it('passes an empty audience by, computing over no answers where the step aggregates', () => {
    const skipped = serve([examine, gather], [], start);
    const done = record({ kind: 'step-done', step: 0, broadcast: null });
    expect(skipped.effects).toEqual([done, ...clients.map((to) => send(to, 1))]);
    const aggregating = { ...examine, aggregates: true };
    const { state, effects } = serve([aggregating], [], start);
    expect(state.phase).toBe('aggregating');
    const job = { actor: serverId, role: 'server', step: aggregating, local: {}, received: [] };
    expect(effects).toEqual([{ kind: 'compute', step: 0, job }]);
  });

  it('finishes at once without steps', () => {
    const { state, effects } = serve([], [], start);
    expect(state).toMatchObject({ phase: 'finished', step: 0 });
    expect(effects).toEqual([record({ kind: 'finished' })]);
  });

  it('ignores a broadcast', () => {
    const { state } = serve([gather], [], start);
    expect(play(receiveAsServer, state, broadcast(serverId, 0, null))).toEqual({ state, effects: [] });
  });

  it.each([
    ['before the start', [upload('a', 0, null)], /a answers step 0 while step 0 is idle/],
    ['to a later step', [start, upload('a', 1, null)], /a answers step 1 while step 0 is collecting/],
    ['while it computes', [start, ...answers(0), upload('b', 0, null)], /b answers .* step 0 is aggregating/],
    [
      'to a step that is over',
      [start, ...answers(0), computed(serverId, 0), upload('b', 0, null)],
      /b answers step 0 while step 1 is collecting/,
    ],
  ])('refuses an upload %s', (_, envelopes, message) => {
    expect(() => serve([gather, gather], [], ...envelopes)).toThrow(message);
  });

  it.each([
    ['while it collects', [start, computed(serverId, 0)]],
    ['of another step', [start, ...answers(0), computed(serverId, 1)]],
  ])('refuses a result %s', (_, envelopes) => {
    expect(() => serve([gather, gather], [], ...envelopes)).toThrow(/the server got a result unasked/);
  });
});
