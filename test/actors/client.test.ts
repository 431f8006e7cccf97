import { describe, expect, it } from 'vitest';
import { initialClient, receiveAsClient } from '../../src/actors/client.js';
import { serverId } from '../../src/actors/messages.js';
import { blob, broadcast, computed, play, start, step, upload } from './samples.js';

const steps = [step({ name: 'warm-up', round: null }), step()];
const bank = blob('bank');
const idle = initialClient('a', steps, { bank });

describe('a client', () => {
  it.each([[blob('query')], [null]])('computes the step that a broadcast of %o opens', (payload) => {
    const { state, effects } = play(receiveAsClient, idle, broadcast('a', 1, payload));
    expect(state).toEqual({ ...idle, computing: 1 });
    const received = [{ from: serverId, payload }];
    const job = { actor: 'a', role: 'client', step: steps[1], local: { bank }, received };
    expect(effects).toEqual([{ kind: 'compute', step: 1, job }]);
  });

  it('keeps what it computed, replacing old by new, and answers', () => {
    const [message, query, newBank] = [blob('answer'), blob('query'), blob('new bank')];
    const started = initialClient('a', steps, { bank, query });
    const outcome = { local: { bank: newBank, cache: message }, message };
    const { state, effects } = play(
      receiveAsClient,
      started,
      broadcast('a', 0, null),
      computed('a', 0, outcome),
    );
    expect(state).toEqual({ ...started, computing: null, local: { bank: newBank, query, cache: message } });
    const answer = { kind: 'upload', step: 0, payload: message };
    expect(effects).toEqual([{ kind: 'send', to: serverId, message: answer }]);
  });

  it('starts the next step from what the last one left', () => {
    const [model, second] = [blob('model'), broadcast('a', 1, blob('mean'))];
    const made = computed('a', 0, { local: { model } });
    const { effects } = play(receiveAsClient, idle, broadcast('a', 0, null), made, second);
    expect(effects).toMatchObject([{ kind: 'compute', step: 1, job: { local: { bank, model } } }]);
  });

  it.each([
    ['start', start],
    ['upload', upload('b', 0, bank)],
  ])('ignores %s', (_, envelope) => {
    // prettier-ignore
    expect(play(receiveAsClient, idle, envelope)).toEqual({ state: idle, effects: [] });
  });

  it.each([
    ['when idle', [computed('a', 0)]],
    ['of another step', [broadcast('a', 1, null), computed('a', 0)]],
    ['twice', [broadcast('a', 0, null), computed('a', 0), computed('a', 0)]],
  ])('refuses a result %s', (_, envelopes) => {
    expect(() => play(receiveAsClient, idle, ...envelopes)).toThrow(/a got a result for step 0 unasked/);
  });
});
