import { describe, expect, it } from 'vitest';
import { waitingFor } from '../../src/actors/server-state.js';
import { serverId } from '../../src/actors/messages.js';
import { at, blob, computed, damaged, decline, goodbye, start, step, timer, upload } from './samples.js';
import { aggregation, answerOf, asked, configurationOf, done, opened, record } from './server-samples.js';
import { recorded, serve, serveFrom, type Given } from './server-samples.js';

const train = [1, 2, 3].map((round) => step({ round }));
const finish = step({ name: 'finish', round: 3, audience: 'everyone', aggregates: false });
const [c, a, b, d] = ['c', 'a', 'b', 'd'].map(
  (from, index) =>
    (step: number, task = index + 1) =>
      upload(from, task, step, answerOf(from, step)),
);
const schedule = { buffer: { size: 2, concurrency: 3 } };
const clients = ['c', 'a', 'b', 'd', 'e', 'f'];
/** Asks the clients in turn, so that an invitation tells where the last one ended. */
const inTurn = (given: Given): Given => {
  const { invite } = configurationOf(given);
  const turned = (from: number) => [...given.clients!.slice(from), ...given.clients!.slice(0, from)];
  return {
    ...given,
    invite: (request) => {
      const clients = turned((request.ordinal - 1) % given.clients!.length);
      return request.wanted === null
        ? invite(request)
        : configurationOf({ ...given, clients }).invite(request);
    },
  };
};
const given = inTurn({ steps: [...train, finish], clients, schedule });
const busy = ({ state }: ReturnType<typeof serve>) =>
  waitingFor(state).map(({ client, id }) => `${client} ${id}`);

describe('a buffer', () => {
  it('keeps as many clients busy as it wants, and waits for as many answers as it takes', () => {
    const begun = serve(given, start);
    expect(begun.effects[0]).toEqual(opened(0, 3, 2));
    expect(asked(begun.effects)).toEqual(['c 1', 'a 2', 'b 3']);
    const second = serve(given, start, b(0));
    expect(asked(second.effects)).toEqual(['d 4']);
    expect(busy(second)).toEqual(['c 1', 'a 2', 'd 4']);
  });

  it('invites for the place that is free, by the number of the task', () => {
    const requests: unknown[] = [];
    const invite = given.invite!;
    const spying: Given = {
      ...given,
      invite: (request) => {
        const { step, now, wanted, ordinal } = request;
        requests.push({ step, now, wanted, ordinal });
        return invite(request);
      },
    };
    serve(spying, start, at(3, b(0)));
    expect(requests[0]).toEqual({ step: 0, now: 0, wanted: 3, ordinal: 1 });
    expect(requests).toContainEqual({ step: 0, now: 3, wanted: 1, ordinal: 4 });
  });

  it('aggregates when it is full, by rank, while the others go on', () => {
    const full = serve(given, start, b(0), a(0));
    expect(full.effects.at(-1)).toEqual(aggregation(train, 0, ['a', 'b']));
    expect(busy(full)).toHaveLength(3);
    const next = serveFrom(given, full.state, computed(serverId, 0, 0, { message: blob('mean') }));
    expect(recorded(next.effects).map(({ kind }) => kind)).toEqual(['step-done', 'step-opened']);
    expect(next.effects[0]).toEqual(done(0, 2, blob('mean')));
    expect(next.effects[1]).toEqual(opened(1, 0, 2));
    expect(busy(next)).toEqual(busy(full));
  });

  it('counts an answer by how many rounds ago it was begun', () => {
    const weight = (_: number, kind: string, missed: number) => (kind === 'stale' ? 1 / (1 + missed) : 0);
    const next = serve({ ...given, weight }, start, b(0), a(0), computed(serverId, 0, 0));
    const fresh = serveFrom({ ...given, weight }, next.state, d(0, 4), c(0));
    expect(fresh.effects.at(-1)).toMatchObject({
      job: { received: [{ from: 'c', weight: 0.5 }, { from: 'd', weight: 0.5 }] }, // prettier-ignore
    });
  });

  it('goes on taking answers while it computes, for the next aggregation', () => {
    const full = serve(given, start, b(0), a(0));
    const during = serveFrom(given, full.state, c(0), d(0, 4));
    expect(recorded(during.effects)).toEqual([]);
    const next = serveFrom(given, during.state, computed(serverId, 0, 0));
    expect(recorded(next.effects).map(({ kind }) => kind)).toEqual(['step-done', 'step-opened']);
    expect(next.effects.at(-1)).toMatchObject({
      kind: 'compute',
      task: 1,
      job: { received: [{ from: 'c' }, { from: 'd' }] },
    });
  });

  it('asks somebody else for who declines, drops out or says goodbye', () => {
    for (const loss of [decline('a', 2, 0, 'dropped out'), goodbye('a', 'stopped')]) {
      const { effects } = serve(given, start, b(0), loss);
      expect(recorded(effects)).toMatchObject([{ kind: 'given-up', from: 'a' }]);
      expect(asked(effects)).toHaveLength(1);
    }
  });

  it('asks somebody else for whose upload is refused', () => {
    const inspect = (_: unknown, from: string) => (from === 'b' ? 'not a memory' : null);
    const { state, effects } = serve({ ...given, inspect }, start, b(0));
    expect(recorded(effects)).toMatchObject([{ kind: 'refused', from: 'b' }]);
    expect(asked(effects)).toHaveLength(1);
    expect(state.answers.size).toBe(0);
  });

  it('asks nobody whose answer it already holds', () => {
    const first: Given = { steps: train, clients, schedule };
    expect(asked(serve(first, start, c(0)).effects)).toEqual(['d 4']);
  });

  it.each([
    ['declines', decline('c', 1, 0, 'dropped out')],
    ['sends what is refused', damaged(c(0))],
  ])('asks nobody twice in a round who %s', (_, loss) => {
    const two: Given = {
      steps: train,
      clients: ['c', 'a'],
      schedule: { buffer: { size: 2, concurrency: 1 } },
    };
    const { state, effects } = serve(two, start, loss);
    expect(asked(effects)).toEqual(['a 2']);
    const closed = serveFrom(two, state, a(0));
    expect(closed.effects).toEqual([aggregation(train, 0, ['a'])]);
    expect(asked(serveFrom(two, closed.state, computed(serverId, 0, 0)).effects)).toEqual(['c 3']);
  });

  it('closes with fewer when nobody is left', () => {
    const two: Given = { steps: train, schedule, clients: ['c', 'a'] };
    const { effects } = serve(two, start, c(0), goodbye('c', 'stopped'), goodbye('a', 'stopped'));
    expect(effects.at(-1)).toEqual(aggregation(train, 0, ['c']));
  });

  it('takes what comes too late for late, and asks somebody else', () => {
    const weight = (_: number, __: string, missed: number) => (missed > 0 ? 0 : 1);
    const stale: Given = { ...given, weight };
    const next = serve(stale, start, b(0), a(0), computed(serverId, 0, 0));
    const { state, effects } = serveFrom(stale, next.state, c(0));
    expect(recorded(effects)).toEqual([{ kind: 'late', step: 0, from: 'c', kept: false }]);
    expect(state.answers.size).toBe(0);
    expect(state.open.size).toBe(3);
    expect(asked(effects)).toHaveLength(1);
  });

  it('takes for late while it computes what would be too old for the next aggregation', () => {
    const weight = (_: number, __: string, missed: number) => (missed > 0 ? 0 : 1);
    const stale: Given = { ...given, weight };
    const { state, effects } = serve(stale, start, b(0), a(0), c(0));
    expect(recorded(effects)).toEqual([{ kind: 'late', step: 0, from: 'c', kept: false }]);
    expect(state.answers.size).toBe(0);
  });

  it('closes when it is larger than all the clients there are', () => {
    const buffer = { size: 3, concurrency: 3 };
    const small: Given = { steps: train, clients: ['c', 'a'], schedule: { buffer } };
    let { state } = serve(small, start);
    for (let turn = 0; turn < 20 && state.phase === 'collecting'; turn++) {
      const [{ client, id, step }] = waitingFor(state);
      ({ state } = serveFrom(small, state, upload(client, id, step, answerOf(client, step))));
    }
    expect(state).toMatchObject({ phase: 'aggregating', accepted: 2 });
  });

  it('starts every round anew where the server does not compute over the answers', () => {
    const silent: Given = { ...given, steps: train.map((one) => ({ ...one, aggregates: false })) };
    const { state, effects } = serve(silent, start, b(0), a(0));
    expect(recorded(effects)).toMatchObject([
      { kind: 'step-done', step: 0, accepted: 2 },
      { kind: 'step-opened' },
    ]);
    expect(state).toMatchObject({ step: 1, phase: 'collecting' });
    expect(state.answers.size).toBe(0);
  });

  it('asks again for what it broadcast then, not for what it broadcasts now', () => {
    const retrying: Given = { ...given, schedule: { ...schedule, retry: { after: 5, times: 3 } } };
    const mean = computed(serverId, 0, 0, { message: blob('mean') });
    const next = serve(retrying, start, b(0), a(0), mean);
    const { effects } = serveFrom(retrying, next.state, timer('retry', 1));
    expect(effects).toMatchObject(
      expect.arrayContaining([
        expect.objectContaining({
          to: 'c',
          message: expect.objectContaining({ task: 1, step: 0, payload: null }),
        }),
      ]),
    );
  });
});

describe('the deadline of a buffer', () => {
  const limited: Given = { ...given, schedule: { ...schedule, deadline: 10, minimum: 1 } };

  it('gives up what has been out for too long, closes with what is there and asks others', () => {
    const late = serve(limited, start, at(4, b(0)));
    expect(busy(late)).toEqual(['c 1', 'a 2', 'd 4']);
    const { state, effects } = serveFrom(limited, late.state, at(10, timer('deadline', 0)));
    const reason = 'the deadline passed';
    expect(effects).toEqual([
      record({ kind: 'given-up', step: 0, from: 'c', reason }),
      record({ kind: 'given-up', step: 0, from: 'a', reason }),
      aggregation(train, 0, ['b']),
    ]);
    expect(waitingFor(state)).toMatchObject([{ client: 'd', sentAt: 4 }]);
    const next = serveFrom(limited, state, at(12, computed(serverId, 0, 0)));
    expect(busy(next)).toHaveLength(3);
    expect(next.effects.at(-1)).toEqual({ kind: 'timer', name: 'deadline', token: 1, seconds: 10 });
  });

  it('takes the answer to what was given up for late', () => {
    const { state } = serve(limited, start, at(4, b(0)), at(10, timer('deadline', 0)));
    expect(recorded(serveFrom(limited, state, at(11, a(0))).effects)).toMatchObject([
      { kind: 'late', step: 0, from: 'a' },
    ]);
  });

  it('abandons a round without answers, and asks anew in the next', () => {
    const { state, effects } = serve(limited, start, at(10, timer('deadline', 0)));
    expect(recorded(effects).map(({ kind }) => kind)).toEqual([
      ...['given-up', 'given-up', 'given-up', 'step-abandoned', 'step-opened'],
    ]);
    expect(asked(effects)).toEqual(['d 4', 'e 5', 'f 6']);
    expect(state.step).toBe(1);
  });
});

describe('who is given up at the deadline of a buffer', () => {
  const three: Given = {
    steps: [...train, step({ round: 4 })],
    clients: ['c', 'a', 'b'],
    schedule: { ...schedule, deadline: 10, minimum: 1 },
  };
  /** The second round is under way, and c still at work on what it was asked in the first. */
  const second = serve(three, start, at(4, b(0)), at(4, a(0)), at(5, computed(serverId, 0, 0)));
  const expired = serveFrom(three, second.state, at(10, timer('deadline', 0)));

  it('is not asked again at once: it would begin anew', () => {
    expect(asked(second.effects)).toEqual(['a 4', 'b 5']);
    expect(recorded(expired.effects)).toMatchObject([{ kind: 'given-up', from: 'c' }]);
    expect(asked(expired.effects)).toEqual([]);
  });

  it('is asked again when its answer has come, which is late', () => {
    const { effects } = serveFrom(three, expired.state, at(12, c(0)));
    expect(recorded(effects)).toMatchObject([{ kind: 'late', from: 'c' }]);
    expect(asked(effects)).toEqual(['c 6']);
  });

  it.each([
    [12, ['a 6', 'b 7']],
    [20, ['c 6', 'a 7', 'b 8']],
  ])('is asked by a round that opens at %s s only when as long again has passed', (time, whom) => {
    const third = [at(11, b(1, 5)), at(11, a(1, 4)), at(time, computed(serverId, 1, 1))];
    expect(asked(serveFrom(three, expired.state, ...third).effects)).toEqual(whom);
  });

  it('is asked again by the next round where nobody else is there', () => {
    const alone: Given = { ...three, clients: ['c'], schedule: { ...three.schedule, deadline: 10 } };
    expect(asked(serve(alone, start, at(10, timer('deadline', 0))).effects)).toEqual(['c 2']);
  });
});

describe('after the last buffered round', () => {
  const last: Given = {
    ...given,
    steps: [train[0], finish],
    schedule: (index) => (index === 0 ? schedule : {}),
  };

  it('what comes while it is aggregated is late', () => {
    const { effects } = serve(last, start, b(0), a(0), c(0));
    expect(recorded(effects)).toEqual([{ kind: 'late', step: 0, from: 'c', kept: false }]);
  });

  it('nobody is asked for what nothing can take', () => {
    const full = serve(last, start, b(0), a(0));
    expect(asked(full.effects)).toEqual([]);
    for (const loss of [c(0), decline('c', 1, 0, 'dropped out')])
      expect(asked(serveFrom(last, full.state, loss).effects)).toEqual([]);
  });

  it('the finishing step asks everybody, and what is still out is late', () => {
    const full = serve(last, start, b(0), a(0));
    const { state, effects } = serveFrom(last, full.state, computed(serverId, 0, 0));
    const first = full.state.nextTask;
    expect(effects[1]).toEqual(opened(1, 6));
    expect(asked(effects)).toEqual(clients.map((id, index) => `${id} ${first + index}`));
    expect(recorded(serveFrom(last, state, c(0)).effects)).toEqual([
      { kind: 'late', step: 0, from: 'c', kept: false },
    ]);
    const answers = clients.map((id, index) => upload(id, first + index, 1, null));
    expect(serveFrom(last, state, ...answers).state.phase).toBe('finished');
  });
});
