import { describe, expect, it } from 'vitest';
import { serverId } from '../../src/actors/messages.js';
import { blob, computed, decline, hello, start, step, timer } from './samples.js';
import { answers, send, serve, serveFrom, type Given } from './server-samples.js';

const steps = [0, 1, 2, 3].map((round) => step({ round }));
const given: Given = { steps };
const [setup, other] = [blob('setup'), blob('another setup')];
const made = (step: number, setup: ReturnType<typeof blob> | null = null) =>
  computed(serverId, step, step, { setup });
const sends = (effects: ReturnType<typeof serve>['effects']) => effects.filter(({ kind }) => kind === 'send');

describe('the setup', () => {
  const first = [start, ...answers(0), made(0, setup)];

  it('goes along at the first contact after it was made', () => {
    expect(sends(serve(given, ...first).effects)).toEqual([
      ...[send('c', 4, 1, null, setup), send('a', 5, 1, null, setup), send('b', 6, 1, null, setup)],
    ]);
  });

  it('does not go to those who have answered a broadcast with it', () => {
    const { state, effects } = serve(given, ...first, ...answers(1), made(1));
    expect(state.setup).toEqual(setup);
    expect(sends(effects)).toEqual([send('c', 7, 2), send('a', 8, 2), send('b', 9, 2)]);
  });

  it('goes along again until there was an answer', () => {
    const { state, effects } = serve(given, ...first, hello('a'));
    expect(sends(effects)).toEqual([send('a', 5, 1, null, setup)]);
    const [c, , b] = answers(1);
    const next = serveFrom(given, state, c, decline('a', 5, 1, 'dropped out'), b, made(1));
    expect(sends(next.effects)).toEqual([send('c', 7, 2), send('a', 8, 2, null, setup), send('b', 9, 2)]);
  });

  it('goes along again when there is another', () => {
    const { effects } = serve(given, ...first, ...answers(1), made(1, other));
    expect(sends(effects)).toEqual([
      ...[send('c', 7, 2, null, other), send('a', 8, 2, null, other), send('b', 9, 2, null, other)],
    ]);
  });

  it('is known to the server when it computes', () => {
    const { effects } = serve(given, ...first, ...answers(1));
    expect(effects).toMatchObject([{ kind: 'compute', job: { setup } }]);
  });

  it('is not taken for received by who answers late to a broadcast without it', () => {
    const limited: Given = { steps, schedule: { deadline: 9 } };
    const [c, a, b] = answers(0);
    const late = serve(limited, start, c, a, timer('deadline', 0), made(0, setup), b);
    expect(sends(serveFrom(limited, late.state, hello('b')).effects)).toEqual([send('b', 6, 1, null, setup)]);
  });

  it('is not taken for received by who answers a buffer with a broadcast before it', () => {
    const buffered: Given = { steps, schedule: { buffer: { size: 2, concurrency: 3 } } };
    const [c, a, b] = answers(0);
    const { state } = serve(buffered, start, c, a, made(0, setup), b);
    expect(state.acquainted.toObject()).toEqual({});
  });
});
