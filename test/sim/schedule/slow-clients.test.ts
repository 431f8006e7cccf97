import { describe, expect, it } from 'vitest';
import {
  acceptedByRound,
  aggregated,
  broadcasts,
  hasDetector,
  isFinished,
  linesWith,
  play,
  preparedSwarm,
  type Outcome,
} from '../run/samples.js';

/** Its uploads take about 46 s. */
const slowLink = await preparedSwarm('fleet={clients: {client-2: {link: {uploadMbit: 0.00005}}}}');
/** A round of training takes it about 100 s, and the others 0.3 s. */
const slowDevice = await preparedSwarm(
  'fleet={clients: {client-2: {device: {gflops: 5e-7}}}}',
  'method.rounds=6',
);

const timeOf = ({ lines }: Outcome, round: number) =>
  linesWith(lines, { event: 'step-done', step: 'train', round })[0].time as number;

describe('a deadline', () => {
  const schedule = { deadline: 20 };

  it('lets the others go on, and takes what comes late as the word of who was absent', async () => {
    const outcome = await play(slowLink, { schedule });
    expect(acceptedByRound(outcome)).toEqual([4, 4, 4]);
    const late = linesWith(outcome.lines, { event: 'late' });
    expect(late.length).toBeGreaterThan(0);
    expect(new Set(late.map(({ from }) => from))).toEqual(new Set(['client-2']));
    // Only memories speak for the absent: moments do not.
    expect(late.map(({ kept, step }) => [kept, step])).toEqual(
      late.map(({ step }) => [step !== 'moments', step]),
    );
    const spoken = aggregated(outcome, 3).find(({ from }) => from === 'client-2');
    expect(spoken!.weight).toBeLessThan(1);
  });

  it('discards what comes late where it is told to: it never counts', async () => {
    const kept = await play(slowLink, { schedule });
    const discarded = await play(slowLink, { schedule: { ...schedule, late: 'discard' } });
    expect(linesWith(discarded.lines, { event: 'late', kept: true })).toEqual([]);
    expect(linesWith(discarded.lines, { event: 'late', kept: false }).length).toBeGreaterThan(0);
    for (const round of [0, 1, 2, 3])
      expect(aggregated(discarded, round).map(({ from }) => from)).not.toContain('client-2');
    expect(broadcasts(discarded)['train 3']).not.toBe(broadcasts(kept)['train 3']);
    expect(broadcasts(discarded)['initialise 0']).toBe(broadcasts(kept)['initialise 0']);
  });

  it('closes a step on time', async () => {
    const outcome = await play(slowLink, { schedule });
    const opened = linesWith(outcome.lines, { event: 'step-opened', step: 'train' });
    const closed = linesWith(outcome.lines, { event: 'compute', at: 'server', step: 'train' });
    for (const [at, { time }] of closed.entries())
      expect(time).toBeCloseTo((opened[at].time as number) + 20, 9);
  });

  it('leaves behind a device that needs longer than a round: it always begins anew', async () => {
    const outcome = await play(slowDevice, { schedule });
    expect(acceptedByRound(outcome)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(isFinished(outcome)).toBe(true);
    expect(
      linesWith(outcome.lines, { event: 'sent', kind: 'upload', from: 'client-2', step: 'train' }),
    ).toEqual([]);
    expect(hasDetector(outcome.final.clients.get('client-1'))).toBe(true);
  });

  it('waits without one', async () => {
    const outcome = await play(slowDevice, { schedule: {} });
    expect(acceptedByRound(outcome)).toEqual([5, 5, 5, 5, 5, 5]);
    expect(timeOf(outcome, 6) - timeOf(outcome, 5)).toBeGreaterThan(90);
  });
});

describe('a buffer', () => {
  const schedule = { mode: 'buffered', buffer: { size: 2, concurrency: 5, stalenessExponent: 0.5 } };

  it('goes on after every two uploads, while one client is still at its first', async () => {
    const outcome = await play(slowDevice, { schedule });
    expect(acceptedByRound(outcome)).toEqual([2, 2, 2, 2, 2, 2]);
    const [began] = linesWith(outcome.lines, { event: 'compute', at: 'client-2', step: 'train' });
    expect(timeOf(outcome, 6)).toBeLessThan((began.time as number) + (began.seconds as number));
    expect(isFinished(outcome)).toBe(true);
  });

  it('is faster than waiting for everybody, and does not depend on when results are there', async () => {
    const outcome = await play(slowDevice, { schedule });
    expect(timeOf(outcome, 6)).toBeLessThan(timeOf(await play(slowDevice, { schedule: {} }), 6));
    expect((await play(slowDevice, { schedule })).digest).toBe(outcome.digest);
  });

  it('lets what was begun some rounds ago count less', async () => {
    const moderate = await preparedSwarm(
      'fleet={clients: {client-2: {device: {gflops: 2e-5}}}}',
      'method.rounds=8',
    );
    const outcome = await play(moderate, { schedule });
    const trained = linesWith(outcome.lines, {
      event: 'delivered',
      kind: 'upload',
      to: 'server',
      step: 'train',
    });
    const stale = trained.filter(({ from }) => from === 'client-2');
    expect(stale.length).toBeGreaterThan(0);
    const weights = new Map<number, number>();
    for (const { round, payload } of stale) {
      for (let at = round as number; at <= 8; at++) {
        const found = aggregated(outcome, at).find((entry) => entry.payload?.hash === payload);
        // Only the first: afterwards it speaks for an absent client.
        if (!found) continue;
        weights.set(at - (round as number), found.weight);
        break;
      }
    }
    expect(Math.max(...weights.keys())).toBeGreaterThan(0);
    for (const [missed, weight] of weights) expect(weight).toBeCloseTo((1 + missed) ** -0.5, 12);
  });

  it('gives up who is out for longer than the deadline, and asks others in the next round', async () => {
    const one = { ...schedule, deadline: 5, buffer: { size: 1, concurrency: 1 } };
    const outcome = await play(slowDevice, { schedule: one });
    expect(isFinished(outcome)).toBe(true);
    const given = linesWith(outcome.lines, { event: 'given-up', reason: 'the deadline passed' });
    const abandoned = linesWith(outcome.lines, { event: 'step-abandoned' });
    expect(new Set(given.map(({ from }) => from))).toEqual(new Set(['client-2']));
    expect(abandoned).toHaveLength(given.length);
    for (const { reason } of abandoned)
      expect(reason).toBe('0 of at least 1 uploads accepted: the deadline passed');
    expect(acceptedByRound(outcome)).toHaveLength(6 - abandoned.length);
  });

  it('has the answer of who needs a little longer than the deadline, late as it is', async () => {
    /** A round of training takes it about 0.18 s, and the others 0.02 s. */
    const fast = 'device={clientGflops: 0.02}';
    const slow = 'fleet={clients: {client-3: {device: {gflops: 0.00038}}}}';
    const link = 'link={latency: 0.01, uploadMbit: 10, downloadMbit: 10}';
    const run = await preparedSwarm('clients=3', 'method.rounds=16', fast, slow, link);
    const outcome = await play(run, {
      schedule: { mode: 'buffered', deadline: 0.15, buffer: { size: 2, concurrency: 3 } },
    });
    const timesOf = (fields: Record<string, unknown>) =>
      linesWith(outcome.lines, { step: 'train', ...fields }).map(({ time }) => time);
    const givenUp = timesOf({ event: 'given-up', from: 'client-3' });
    expect(givenUp.length).toBeGreaterThan(1);
    expect(timesOf({ event: 'late', from: 'client-3' })).toHaveLength(givenUp.length);
    for (const time of timesOf({ event: 'sent', to: 'client-3' })) expect(givenUp).not.toContain(time);
    expect(isFinished(outcome)).toBe(true);
  });
});

describe('the last step', () => {
  it('waits past the deadline for who is slow, and for who is away until it is back', async () => {
    const fleet =
      'fleet={clients: {client-2: {device: {gflops: 5e-7}}, client-3: {availability: {kind: diurnal, hoursOn: 1, startHour: 2}}}}';
    const run = await preparedSwarm(fleet);
    const outcome = await play(run, { schedule: { deadline: 20 } });
    for (const local of outcome.final.clients.values()) expect(hasDetector(local)).toBe(true);
    const [finish] = linesWith(outcome.lines, { event: 'step-done', step: 'finish' });
    expect(finish.accepted).toBe(5);
    expect(finish.time).toBeGreaterThan(7200);
  });

  it('goes on at the deadline where an answer can’t come any more', async () => {
    const run = await preparedSwarm();
    const faults = [{ kind: 'lose', client: 'client-2', direction: 'down', step: 'finish' }];
    const outcome = await play(run, { faults, schedule: { deadline: 20 } });
    expect(isFinished(outcome)).toBe(true);
    expect(linesWith(outcome.lines, { event: 'step-done', step: 'finish' })).toMatchObject([{ accepted: 4 }]);
    expect(hasDetector(outcome.final.clients.get('client-2'))).toBe(false);
  });
});
