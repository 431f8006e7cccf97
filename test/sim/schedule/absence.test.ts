import { describe, expect, it } from 'vitest';
import {
  acceptedByRound,
  aggregated,
  asked,
  hasDetector,
  isFinished,
  linesWith,
  play,
  preparedSwarm,
} from '../run/samples.js';

describe('dropping out', () => {
  it('is declined at once, in rounds the fleet draws, and disturbs nobody else', async () => {
    const run = await preparedSwarm('fleet={groups: [{dropout: 0.3}]}', 'method.rounds=6');
    const { federation } = run;
    const [{ fleet }] = federation.segments;
    const outcome = await play(run);
    expect(isFinished(outcome)).toBe(true);
    for (const { name, round, audience } of federation.steps) {
      const declined = linesWith(outcome.lines, {
        event: 'given-up',
        step: name,
        round,
        reason: 'dropped out',
      });
      const expected = federation.participants.filter(
        (id) => audience === 'cohort' && fleet.dropsOut(id, round ?? 0),
      );
      expect(new Set(declined.map(({ from }) => from))).toEqual(new Set(expected));
    }
    expect(acceptedByRound(outcome).some((accepted) => accepted !== 5)).toBe(true);
    expect(linesWith(outcome.lines, { event: 'asked-again' })).toEqual([]);
    for (const local of outcome.final.clients.values()) expect(hasDetector(local)).toBe(true);
  });

  it('of everybody in a round of training abandons that round alone', async () => {
    const run = await preparedSwarm();
    const [segment] = run.federation.segments;
    const fleet = { ...segment.fleet, dropsOut: (_: string, round: number) => round === 2 };
    const federation = { ...run.federation, segments: [{ ...segment, fleet }] };
    const outcome = await play({ ...run, federation });
    expect(linesWith(outcome.lines, { event: 'step-abandoned' })).toMatchObject([
      { step: 'train', round: 2 },
    ]);
    expect(acceptedByRound(outcome)).toEqual([5, 5]);
  });
});

describe('availability drawn once a round', () => {
  it('invites who is there in that round, and nobody else', async () => {
    const run = await preparedSwarm(
      'fleet={groups: [{availability: {kind: bernoulli, probability: 0.5}}]}',
      'method.rounds=6',
    );
    const { federation } = run;
    const [{ fleet }] = federation.segments;
    const outcome = await play(run);
    const sizes = [0, 1, 2, 3, 4, 5, 6].map((round) => {
      const there = federation.participants.filter((id) => fleet.isAvailable(id, round, 0));
      expect(asked(outcome, federation, round)).toEqual(there);
      return there.length;
    });
    expect(new Set(sizes).size).toBeGreaterThan(1);
    expect(linesWith(outcome.lines, { event: 'step-opened', step: 'finish' })).toMatchObject([
      { invited: 5 },
    ]);
  });
});

describe('availability by the hour', () => {
  it('lets the server wait for the first, and its last step for all', async () => {
    const hours = (startHour: number) =>
      `{availability: {kind: diurnal, hoursOn: 1, startHour: ${startHour}}}`;
    const run = await preparedSwarm(
      `fleet={groups: [${hours(2)}], clients: {client-3: ${hours(1)}}}`,
      'schedule={}',
    );
    const outcome = await play(run);
    const opened = linesWith(outcome.lines, { event: 'step-opened' });
    expect(opened[0]).toMatchObject({ step: 'moments', invited: 1, time: 3600 });
    // All rounds are over before the others wake up: the first memory is client-3's alone.
    expect(aggregated(outcome, 3).map(({ from }) => from)).toEqual(['client-3']);
    const [finish] = linesWith(outcome.lines, { event: 'step-done', step: 'finish' });
    expect(finish.accepted).toBe(5);
    expect(finish.time).toBeGreaterThan(7200);
    for (const local of outcome.final.clients.values()) expect(hasDetector(local)).toBe(true);
  });
});

describe.each(['feddymem', 'fedavg-cfa', 'local'])(
  '%s: a client that is first asked in a late round',
  (method) => {
    it.each([1, 3, 4])('catches up in round %s, and ends with a detector', async (first) => {
      const run = await preparedSwarm(`method.name=${method}`);
      const [segment] = run.federation.segments;
      const isAway = (client: string, round: number) => client === 'client-2' && round < first;
      const fleet = {
        ...segment.fleet,
        isAvailable: (client: string, round: number) => !isAway(client, round),
      };
      const outcome = await play({
        ...run,
        federation: { ...run.federation, segments: [{ ...segment, fleet }] },
      });
      const begun = linesWith(outcome.lines, { event: 'compute', at: 'client-2' });
      // After round 3 come the steps for everybody alone.
      const expected = first === 4 ? (method === 'feddymem' ? 'calibrate' : 'finish') : 'train';
      expect(begun[0]).toMatchObject({ step: expected, round: Math.min(3, first) });
      expect(hasDetector(outcome.final.clients.get('client-2'))).toBe(true);
      expect(linesWith(outcome.lines, { event: 'refused' })).toEqual([]);
      const [others] = linesWith(outcome.lines, {
        event: 'compute',
        at: 'client-3',
        step: expected,
        round: begun[0].round,
      });
      expect(begun[0].seconds).toBeGreaterThan(others.seconds as number);
    });
  },
);
