import { describe, expect, it } from 'vitest';
import { clientBehaviour, initialClient } from '../../src/actors/client.js';
import { serverId, type Envelope } from '../../src/actors/messages.js';
import { blob, broadcast, computed, damaged, decline, failed, hello, play, restart } from './samples.js';
import { sending, start, step, timer, upload } from './samples.js';

const steps = [step({ name: 'warm-up', round: null }), step()];
const [bank, query, answer] = [blob('bank'), blob('query'), blob('answer')];
const idle = initialClient('a', { bank });
const receive = clientBehaviour({ steps, dropsOut: () => false });
const after = (...envelopes: readonly Envelope[]) => play(receive, idle, ...envelopes);

const ignored = (step: number, reason: string) => ({
  kind: 'record',
  event: { kind: 'ignored', step, from: serverId, reason },
});

describe('a client', () => {
  it.each([[query], [null]])('computes the step that a broadcast of %o asks for', (payload) => {
    const { state, effects } = after(broadcast('a', 7, 1, payload));
    expect(state).toEqual({ ...idle, task: { id: 7, step: 1 } });
    const received = [{ from: serverId, payload, weight: 1 }];
    const job = { actor: 'a', role: 'client', step: steps[1], local: { bank }, setup: null, received };
    expect(effects).toEqual([{ kind: 'compute', task: 7, step: 1, job }]);
  });

  it('keeps what it computed, replacing old by new and removing what is null, and answers', () => {
    const newBank = blob('new bank');
    const started = initialClient('a', { bank, query, scratch: query });
    const made = { local: { bank: newBank, scratch: null, cache: answer }, message: answer };
    const { state, effects } = play(receive, started, broadcast('a', 3, 0, null), computed('a', 3, 0, made));
    const answered = { task: 3, step: 0, payload: answer };
    expect(state).toEqual({ ...started, local: { bank: newBank, query, cache: answer }, answered });
    expect(effects).toEqual([sending(serverId, upload('a', 3, 0, answer))]);
  });

  it('starts the next step from what the last one left', () => {
    const model = blob('model');
    const made = computed('a', 1, 0, { local: { model } });
    const { effects } = after(broadcast('a', 1, 0, null), made, broadcast('a', 2, 1, query));
    expect(effects).toMatchObject([{ kind: 'compute', task: 2, step: 1, job: { local: { bank, model } } }]);
  });

  it('keeps the setup that came once, until another comes', () => {
    const [first, second] = [blob('setup'), blob('another setup')];
    const begun = [broadcast('a', 1, 0, null, first), computed('a', 1, 0)];
    expect(after(...begun, broadcast('a', 2, 1, null)).effects).toMatchObject([{ job: { setup: first } }]);
    const replaced = after(...begun, broadcast('a', 2, 1, null, second));
    expect(replaced.effects).toMatchObject([{ job: { setup: second } }]);
    expect(replaced.state.setup).toEqual(second);
  });

  it('declines a task whose job fails, and takes it up when asked again', () => {
    const { state, effects } = after(broadcast('a', 2, 1, query), failed('a', 2, 1, 'no memory'));
    expect(state).toEqual(idle);
    expect(effects).toEqual([sending(serverId, decline('a', 2, 1, 'no memory'))]);
    expect(play(receive, state, broadcast('a', 2, 1, query)).effects).toMatchObject([
      { kind: 'compute', task: 2 },
    ]);
  });

  it('declines a step it drops out of, and stays as it was', () => {
    const dropping = clientBehaviour({ steps, dropsOut: (client, index) => client === 'a' && index === 1 });
    expect(play(dropping, idle, broadcast('a', 1, 1, query, blob('setup')))).toEqual({
      state: idle,
      effects: [sending(serverId, decline('a', 1, 1, 'dropped out'))],
    });
    expect(play(dropping, idle, broadcast('a', 1, 0, query)).state.task).toEqual({ id: 1, step: 0 });
    const other = initialClient('b');
    expect(play(dropping, other, broadcast('b', 1, 1, query)).state.task).toEqual({ id: 1, step: 1 });
  });

  it('asks for a damaged broadcast again, whatever it is doing', () => {
    const refusal = [sending(serverId, decline('a', 2, 1, 'the broadcast was damaged on its way', true))];
    expect(after(damaged(broadcast('a', 2, 1, query)))).toEqual({ state: idle, effects: refusal });
    const busy = after(broadcast('a', 1, 0, null));
    expect(play(receive, busy.state, damaged(broadcast('a', 2, 1, query)))).toEqual({
      ...busy,
      effects: refusal,
    });
  });
});

describe('a client that is asked more than once', () => {
  const ask = broadcast('a', 4, 1, query);
  const begun = after(ask).state;
  const answered = play(receive, begun, computed('a', 4, 1, { message: answer })).state;

  it('goes on with what is under way', () => {
    expect(play(receive, begun, ask)).toEqual({ state: begun, effects: [ignored(1, 'under way')] });
  });

  it('repeats its answer without computing it again', () => {
    expect(play(receive, answered, ask)).toEqual({
      state: answered,
      effects: [ignored(1, 'answered before'), sending(serverId, upload('a', 4, 1, answer))],
    });
  });

  it.each([
    ['at work', begun],
    ['done', answered],
  ])('ignores an earlier task when %s with a later one', (_, state) => {
    const superseded = [ignored(0, 'superseded')];
    expect(play(receive, state, broadcast('a', 3, 0, null))).toEqual({ state, effects: superseded });
  });

  it('turns to a later task, and ignores the result of the earlier one', () => {
    const { state, effects } = play(receive, begun, broadcast('a', 5, 0, null));
    expect(state.task).toEqual({ id: 5, step: 0 });
    expect(effects).toMatchObject([{ kind: 'compute', task: 5, step: 0 }]);
    const made = computed('a', 4, 1, { local: { bank: query }, message: answer });
    expect(play(receive, state, made)).toEqual({ state, effects: [] });
    expect(play(receive, state, failed('a', 4, 1, 'no memory'))).toEqual({ state, effects: [] });
  });

  it('still repeats its last answer while it computes the next', () => {
    const { state } = play(receive, answered, broadcast('a', 5, 0, null));
    const { state: same, effects } = play(receive, state, ask);
    expect(same).toEqual(state);
    expect(effects).toEqual([ignored(1, 'answered before'), sending(serverId, upload('a', 4, 1, answer))]);
  });
});

describe('a client that was down', () => {
  it('says hello and has forgotten what it was doing, but not what it had stored', () => {
    const setup = blob('setup');
    const before = after(
      broadcast('a', 1, 0, null, setup),
      computed('a', 1, 0, { local: { cache: answer }, message: answer }),
      broadcast('a', 2, 1, query),
    ).state;
    const { state, effects } = play(receive, before, restart('a'));
    expect(state).toEqual({ ...before, task: null });
    expect(state).toMatchObject({ setup, local: { bank, cache: answer }, answered: { task: 1 } });
    expect(effects).toEqual([sending(serverId, hello('a'))]);
    const again = play(receive, state, broadcast('a', 2, 1, query));
    expect(again.effects).toMatchObject([
      { kind: 'compute', task: 2, job: { setup, local: { cache: answer } } },
    ]);
  });

  it('does not take the result of its earlier life', () => {
    const { state } = after(broadcast('a', 1, 0, null), restart('a'));
    const made = computed('a', 1, 0, { local: { bank: query } });
    expect(play(receive, state, made)).toEqual({ state, effects: [] });
  });
});

it.each<[string, Envelope]>([
  ['start', start],
  ['upload', upload('b', 1, 0, bank)],
  ['decline', decline('b', 1, 0, 'why')],
  ['hello', hello('b')],
  ['timer', timer('retry', 0)],
  ['a result', computed('a', 1, 0)],
  ['a failure', failed('a', 1, 0, 'why')],
])('an idle client ignores %s', (_, envelope) => {
  expect(after(envelope)).toEqual({ state: idle, effects: [] });
});
