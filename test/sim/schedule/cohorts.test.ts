import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '../../../src/base/safetensors.js';
import type { Received } from '../../../src/actors/steps.js';
import {
  acceptedByRound,
  aggregated,
  asked,
  hasDetector,
  linesWith,
  play,
  preparedSwarm,
  serverEntry,
  sumOf,
} from '../run/samples.js';

const run = await preparedSwarm('method.rounds=4');
const { federation, store } = run;
const { participants } = federation;
const rounds = [0, 1, 2, 3, 4];
const schedule = { cohort: 2, deadline: 600, retry: { after: 30, times: 3 } };
const calm = await play(run, { schedule });

describe('a cohort of 2 of 5', () => {
  it('is asked and accepted in every round, and everybody finishes', () => {
    expect(rounds.map((round) => asked(calm, federation, round).length)).toEqual([2, 2, 2, 2, 2]);
    expect(acceptedByRound(calm)).toEqual([2, 2, 2, 2]);
    expect(linesWith(calm.lines, { event: 'step-done', step: 'finish' })[0].accepted).toBe(5);
    for (const local of calm.final.clients.values()) expect(hasDetector(local)).toBe(true);
  });

  it('changes from round to round', () => {
    expect(new Set(rounds.map((round) => asked(calm, federation, round).join())).size).toBeGreaterThan(1);
  });

  it('leaves the others their word: their last memories count, the less the older they are', () => {
    const lastAsked = new Map<string, number>();
    for (const round of rounds) {
      for (const client of asked(calm, federation, round)) lastAsked.set(client, round);
      const expected = participants
        .filter((client) => lastAsked.has(client))
        .map((client) => [client, 0.9 ** (round - lastAsked.get(client)!)]);
      const received = aggregated(calm, round).map(({ from, weight }) => [from, weight]);
      expect(received.map(([from]) => from)).toEqual(expected.map(([client]) => client));
      for (const [at, [, weight]] of expected.entries())
        expect(received[at][1]).toBeCloseTo(weight as number, 12);
    }
  });

  it('makes a memory that weighs what all of them weigh', () => {
    const weightOf = ({ payload, weight }: Received) =>
      weight * sumOf(decodeSafetensors(store.get(payload!), 'an upload').weights.data);
    const weight = sumOf(serverEntry(run, calm, 'memory').weights.data);
    expect(weight).toBeCloseTo(sumOf(aggregated(calm, 4).map(weightOf)), 2);
    const present = asked(calm, federation, 4);
    expect(weight).toBeGreaterThan(
      sumOf(
        aggregated(calm, 4)
          .filter(({ from }) => present.includes(from))
          .map(weightOf),
      ) + 1,
    );
  });

  it('forgets the absent where they count nothing', async () => {
    const outcome = await play(run, { schedule: { ...schedule, absentWeight: 0 } });
    for (const round of rounds)
      expect(aggregated(outcome, round).map(({ from }) => from)).toEqual(asked(outcome, federation, round));
  });

  it('stays the same whatever goes wrong', async () => {
    const [first] = asked(calm, federation, 1);
    const faults = [
      { kind: 'delay', client: first, step: 'train', round: 1, seconds: 50 },
      { kind: 'crash-computing', actor: 'server', step: 'train', round: 2 },
      { kind: 'lose', client: asked(calm, federation, 3)[1], step: 'train', round: 3, direction: 'down' },
    ];
    const outcome = await play(run, { schedule, faults });
    expect(linesWith(outcome.lines, { event: 'asked-again' }).length).toBeGreaterThan(0);
    for (const round of rounds)
      expect(asked(outcome, federation, round)).toEqual(asked(calm, federation, round));
  });

  it('stays the same when there are more rounds', async () => {
    const shorter = await preparedSwarm('method.rounds=2');
    const outcome = await play(shorter, { schedule });
    for (const round of [0, 1, 2])
      expect(asked(outcome, shorter.federation, round)).toEqual(asked(calm, federation, round));
  });

  it('is complete with as many as it wants, however many were asked', async () => {
    const outcome = await play(run, { schedule: { ...schedule, overSelection: 2 } });
    expect(rounds.map((round) => asked(outcome, federation, round).length)).toEqual([4, 4, 4, 4, 4]);
    expect(acceptedByRound(outcome)).toEqual([2, 2, 2, 2]);
    expect(linesWith(outcome.lines, { event: 'late' }).length).toBeGreaterThan(0);
  });
});

describe('too few answers', () => {
  const fails = (client: string, round: number) => ({ kind: 'job-fails', client, step: 'train', round });

  it('abandon a round with a reason, and the next one goes on from the memory before', async () => {
    const faults = [fails('client-1', 2), fails('client-2', 2)];
    const outcome = await play(run, { faults, onFailure: 'resume', schedule: { minimum: 4 } });
    expect(linesWith(outcome.lines, { event: 'step-abandoned' })).toMatchObject([
      { step: 'train', round: 2, reason: '3 of at least 4 uploads accepted: nobody is left to answer' },
    ]);
    expect(linesWith(outcome.lines, { event: 'step-done', step: 'train' }).map(({ round }) => round)).toEqual(
      [1, 3, 4],
    );
    const [done] = linesWith(outcome.lines, { event: 'step-done', step: 'train', round: 1 });
    const sent = linesWith(outcome.lines, { event: 'sent', kind: 'broadcast', step: 'train', round: 3 });
    expect(new Set(sent.map(({ payload }) => payload))).toEqual(new Set([done.broadcast]));
  });

  it('end the run in a step that all others need', async () => {
    const faults = participants.map((client) => ({ kind: 'job-fails', client, step: 'initialise' }));
    await expect(play(run, { faults, onFailure: 'resume' })).rejects.toThrow(
      'step "initialise" was abandoned (0 of at least 1 uploads accepted: nobody is left to answer)',
    );
  });
});
