import { describe, expect, it } from 'vitest';
import {
  acceptedByRound,
  aggregated,
  broadcasts,
  isFinished,
  linesWith,
  play,
  preparedSwarm,
} from '../run/samples.js';

const run = await preparedSwarm();
const schedule = { retry: { after: 30, times: 3 } };
const calm = await play(run, { schedule });

/** The upload of client-2 in round 2, among a federation that asks again after 30 s. */
const message = { client: 'client-2', step: 'train', round: 2 };
const down = { ...message, direction: 'down' };

async function playWith(...faults: readonly Record<string, unknown>[]) {
  const outcome = await play(run, { faults, schedule });
  expect(isFinished(outcome)).toBe(true);
  const { lines } = outcome;
  const reasons = (event: string) => linesWith(lines, { event }).map(({ reason }) => reason);
  return { ...outcome, reasons };
}

describe('a message on its way', () => {
  it.each([
    ['up', message, 'client-2'],
    ['down', down, 'server'],
  ])('is lost %s: told, asked for again, and the memory is the same', async (_, where, from) => {
    const outcome = await playWith({ kind: 'lose', ...where });
    const [lost, ...more] = linesWith(outcome.lines, { event: 'lost' });
    expect(more).toEqual([]);
    expect(lost).toMatchObject({ from, step: 'train', round: 2, reason: 'lost on its way' });
    expect(linesWith(outcome.lines, { event: 'asked-again' })).toMatchObject([
      { from: 'client-2', step: 'train', round: 2, tries: 2 },
    ]);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
    expect(outcome.final.clients).toEqual(calm.final.clients);
  });

  it('is lost at every try: its client is given up, and speaks by its last memory', async () => {
    const outcome = await playWith(...[1, 2, 3, 4].map((nth) => ({ kind: 'lose', ...message, nth })));
    expect(linesWith(outcome.lines, { event: 'asked-again' }).map(({ tries }) => tries)).toEqual([2, 3, 4]);
    expect(linesWith(outcome.lines, { event: 'given-up' })).toMatchObject([
      { from: 'client-2', round: 2, reason: 'no answer to any try' },
    ]);
    expect(acceptedByRound(outcome)).toEqual([5, 4, 5]);
    expect(aggregated(outcome, 2).map(({ weight }) => weight)).toEqual([1, 0.9, 1, 1, 1]);
  });

  it.each([
    ['up', message, ['server']],
    ['down', down, ['client-2', 'server']],
  ])('comes twice %s: the copy is ignored', async (_, where, ignoredBy) => {
    const outcome = await playWith({ kind: 'duplicate', ...where });
    expect(linesWith(outcome.lines, { event: 'disturbed' })).toHaveLength(1);
    const ignored = linesWith(outcome.lines, { event: 'ignored', reason: 'answered before' });
    expect(ignored.map(({ by }) => by)).toEqual(ignoredBy);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it('comes late, after its repetition: it is ignored', async () => {
    const outcome = await playWith({ kind: 'delay', ...message, seconds: 40 });
    expect(linesWith(outcome.lines, { event: 'disturbed' })[0].what).toBe('delayed by 40 s');
    expect(linesWith(outcome.lines, { event: 'asked-again' })).toHaveLength(1);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it.each([
    ['up', message],
    ['down', down],
  ])('has a flipped bit %s: it is noticed and asked for again', async (direction, where) => {
    const outcome = await playWith({ kind: 'corrupt', ...where });
    expect(outcome.reasons('refused')).toEqual(
      direction === 'up' ? ['damaged on its way: its checksum does not fit'] : [],
    );
    const declined = linesWith(outcome.lines, { event: 'sent', kind: 'decline' });
    expect(declined.map(({ reason }) => reason)).toEqual(
      direction === 'up' ? [] : ['the broadcast was damaged on its way'],
    );
    expect(linesWith(outcome.lines, { event: 'asked-again' })).toMatchObject([
      { from: 'client-2', tries: 2 },
    ]);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it('is cut off by a partition: the others wait, and all is as without it', async () => {
    const clients = ['client-2', 'client-4'];
    const outcome = await playWith({ kind: 'partition', clients, from: 4, seconds: 10 });
    const lost = linesWith(outcome.lines, { event: 'lost', reason: 'the link is down' });
    expect(lost.map(({ to, from }) => (to === 'server' ? from : to))).toEqual(clients);
    expect(linesWith(outcome.lines, { event: 'asked-again' }).map(({ from }) => from)).toEqual(clients);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it('that is not sent a second time: a fault of its second try changes nothing', async () => {
    const outcome = await playWith({ kind: 'lose', ...message, nth: 2 });
    expect(outcome.digest).toBe(calm.digest);
  });
});
