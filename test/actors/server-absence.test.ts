import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../src/actors/server-state.js';
import { serverId, type Envelope } from '../../src/actors/messages.js';
import { at, computed, decline, goodbye, hello, start, step, timer, upload } from './samples.js';
import { aggregation, answerOf, answers, asked, clients, configurationOf, opened } from './server-samples.js';
import { record, recorded, send, serve, serveFrom, type Given } from './server-samples.js';

const rounds = [1, 2, 3, 4].map((round) => step({ round, retains: true }));
const halved = (_: number, kind: string, missed: number) =>
  kind === 'absent' && missed < 3 ? 0.5 ** missed : 1;
/** In round r, the clients whose answers are given; everybody else declines. */
const round = (index: number, present: readonly string[]): Envelope[] => [
  ...answers(index).map((answer, at) =>
    present.includes(answer.from) ? answer : decline(answer.from, 3 * index + at + 1, index, 'dropped out'),
  ),
  computed(serverId, index, index),
];
const aggregated = (given: Given, ...envelopes: readonly Envelope[]) =>
  serve(given, ...envelopes.slice(0, -1)).effects.filter(({ kind }) => kind === 'compute');
const held = (from: string, step: number, weight: number) => ({
  from,
  payload: answerOf(from, step),
  weight,
});

describe('an absent client', () => {
  const given: Given = {
    steps: rounds,
    weight: (_, kind, missed) => (kind === 'absent' ? [1, 0.5, 0.25, 0][missed] : 1),
  };

  it('is spoken for by its last upload, which counts less every round', () => {
    const [first, second] = [round(0, ['c', 'a', 'b']), round(1, ['c', 'b'])];
    expect(aggregated(given, start, ...first, ...second)).toEqual([
      aggregation(rounds, 1, ['c', held('a', 0, 0.5), 'b']),
    ]);
    expect(aggregated(given, start, ...first, ...second, ...round(2, ['b']))).toEqual([
      aggregation(rounds, 2, [held('c', 1, 0.5), held('a', 0, 0.25), 'b']),
    ]);
  });

  it('is forgotten when it counts nothing, and comes back with its next upload', () => {
    const absent = [round(0, clients), round(1, ['c', 'b']), round(2, ['c', 'b'])].flat();
    const forgotten = serve(given, start, ...absent, ...round(3, ['c', 'b']).slice(0, -1));
    expect(forgotten.effects).toEqual([aggregation(rounds, 3, ['c', 'b'])]);
    expect([...forgotten.state.held.keys()].sort()).toEqual(['b', 'c']);
    expect(aggregated(given, start, ...absent, ...round(3, clients))).toEqual([
      aggregation(rounds, 3, clients),
    ]);
  });

  it('is not spoken for in a step that does not retain', () => {
    const steps = [rounds[0], step({ round: 2 })];
    const envelopes = [start, ...round(0, clients), ...round(1, ['b'])];
    expect(aggregated({ ...given, steps }, ...envelopes)).toEqual([aggregation(steps, 1, ['b'])]);
  });

  it('does not make up for a minimum of answers', () => {
    const schedule = { minimum: 2 };
    const { effects } = serve(
      { ...given, schedule },
      start,
      ...round(0, clients),
      ...round(1, ['c']).slice(0, -1),
    );
    expect(recorded(effects)).toContainEqual({
      kind: 'step-abandoned',
      step: 1,
      reason: '1 of at least 2 uploads accepted: nobody is left to answer',
    });
  });
});

describe('a late upload', () => {
  const [c, a, b] = answers(0);
  const late = (kept: boolean) => record({ kind: 'late', step: 0, from: 'b', kept });
  const over = (given: Partial<Given> = {}): Given => ({
    steps: rounds,
    weight: halved,
    ...given,
    schedule: { deadline: 9, ...(given.schedule as object) },
  });
  const missed = [start, c, a, timer('deadline', 0)];
  const next = [c, a].map(({ from }, index) => upload(from, 4 + index, 1, answerOf(from, 1)));

  it.each([
    ['while the server computes', [b, computed(serverId, 0, 0)]],
    ['in the next step', [computed(serverId, 0, 0), b]],
  ])('%s is kept, and speaks for its client as an absent one does', (_, envelopes) => {
    const arrival = serve(over(), ...missed, ...envelopes.slice(0, 1 + envelopes.indexOf(b)));
    expect(arrival.effects).toEqual([late(true)]);
    const { effects } = serve(over(), ...missed, ...envelopes, ...next, timer('deadline', 1));
    expect(effects).toEqual([aggregation(rounds, 1, ['c', 'a', held('b', 0, 0.5)])]);
  });

  it('is not waited for any more, but what the client was asked since is', () => {
    const { state } = serve(over(), ...missed, computed(serverId, 0, 0), b);
    expect(waitingFor(state).map(({ client, id }) => `${client} ${id}`)).toEqual(['c 4', 'a 5', 'b 6']);
    const again = serveFrom(over(), state, b);
    expect(recorded(again.effects)).toMatchObject([{ kind: 'ignored', from: 'b' }]);
  });

  it.each<[string, Given]>([
    ['where late ones are discarded', over({ schedule: { late: 'discard' } })],
    ['of a step that does not retain', over({ steps: [step(), rounds[1]] })],
  ])('is not kept %s', (_, given) => {
    const envelopes = [...missed, computed(serverId, 0, 0)];
    expect(serve(given, ...envelopes, b).effects).toEqual([late(false)]);
    const { effects } = serve(given, ...envelopes, b, ...next, timer('deadline', 1));
    expect(effects).toMatchObject([{ job: { received: [{ from: 'c' }, { from: 'a' }] } }]);
  });

  it('does not replace a later one', () => {
    const second = answers(1)[2];
    const third = [...missed, computed(serverId, 0, 0), ...next, second, computed(serverId, 1, 1)];
    expect(serve(over(), ...third, b).effects).toEqual([late(false)]);
  });
});

describe('a client that says goodbye', () => {
  const bye = goodbye('a', 'stopped');

  it('is not waited for, and not invited again', () => {
    const given = { steps: [step({ aggregates: false }), step({ round: 2 })] };
    const { state, effects } = serve(given, start, bye);
    expect(effects).toEqual([record({ kind: 'given-up', step: 0, from: 'a', reason: 'stopped' })]);
    expect(waitingFor(state).map(({ client }) => client)).toEqual(['c', 'b']);
    const [c, , b] = answers(0);
    expect(asked(serveFrom(given, state, c, b).effects)).toEqual(['c 4', 'b 5']);
  });

  it('may close the step', () => {
    const [c, , b] = answers(0);
    const { effects } = serve({ steps: rounds }, start, c, b, bye);
    expect(effects.at(-1)).toEqual(aggregation(rounds, 0, ['c', 'b']));
  });

  it('is still heard with what it answered before', () => {
    const [c, a, b] = answers(0);
    const { state, effects } = serve({ steps: rounds }, start, a, bye);
    expect(effects).toEqual([]);
    expect(serveFrom({ steps: rounds }, state, c, b).effects).toEqual([aggregation(rounds, 0, clients)]);
  });
});

describe('a client that says hello', () => {
  it('is asked again what it was asked', () => {
    const { state, effects } = serve({ steps: rounds }, start, hello('a'));
    const again = record({ kind: 'asked-again', step: 0, from: 'a', tries: 2 });
    expect(effects).toEqual([again, send('a', 2, 0)]);
    expect(waitingFor(state)[1]).toMatchObject({ id: 2, tries: 2 });
  });

  it('is asked nothing where nobody waits for it', () => {
    const { state } = serve({ steps: rounds }, start, ...answers(0));
    for (const from of ['a', 'z'])
      expect(serveFrom({ steps: rounds }, state, hello(from))).toEqual({ state, effects: [] });
  });
});

describe('while nobody is available', () => {
  const given: Given = {
    steps: rounds,
    schedule: { deadline: 60 },
    invite: (request) =>
      request.now < 20 ? { kind: 'wait', until: 20 } : configurationOf({ steps: rounds }).invite(request),
  };

  it('the server waits until somebody is, and opens then', () => {
    const { state, effects } = serve(given, at(5, start));
    expect(state).toMatchObject({ phase: 'waiting', step: 0 });
    expect(effects).toEqual([{ kind: 'timer', name: 'open', token: 0, seconds: 15 }]);
    const woken = serveFrom(given, state, at(20, timer('open', 0)));
    expect(woken.effects[0]).toEqual(opened(0, 3));
    expect(asked(woken.effects)).toEqual(['c 1', 'a 2', 'b 3']);
    expect(woken.effects.at(-1)).toEqual({ kind: 'timer', name: 'deadline', token: 0, seconds: 60 });
  });

  it('it waits once more when woken too early', () => {
    const { state, effects } = serve(given, at(5, start), at(19, timer('open', 0)));
    expect(state.phase).toBe('waiting');
    expect(effects).toEqual([{ kind: 'timer', name: 'open', token: 0, seconds: 1 }]);
  });

  it('a second waking does nothing', () => {
    const { state } = serve(given, at(5, start), at(20, timer('open', 0)));
    expect(serveFrom(given, state, at(20, timer('open', 0)))).toEqual({ state, effects: [] });
  });
});
