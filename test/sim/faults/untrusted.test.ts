import { describe, expect, it } from 'vitest';
import type { PreparedRun } from '../../../src/sim/run/prepare.js';
import { decodeMatrix } from '../../../src/memory/wire.js';
import {
  aggregated,
  broadcasts,
  isFinished,
  linesWith,
  play,
  preparedSwarm,
  serverEntry,
  sumOf,
  type Outcome,
} from '../run/samples.js';

const run = await preparedSwarm();
const calm = await play(run);
const withCovariance = await preparedSwarm('method.alignment=minor');

const kinds = ['not-a-number', 'wrong-shape', 'absurd-weights', 'truncated'] as const;
const places = [
  ['moments', null],
  ['initialise', 0],
  ['train', 2],
  ['calibrate', 3],
] as const;

/**
 * What nonsense is to be compared with: its client declines the same step. What the server makes of that step has to be
 * the same. Later steps may differ, for who declines has learnt nothing either.
 */
const declined = (of: PreparedRun, where: Record<string, unknown>) =>
  play(of, { faults: [{ kind: 'job-fails', client: 'client-2', ...where }], onFailure: 'resume' });

/** What the server made of the step at which something happened. */
const madeOf = (outcome: Outcome, step: string, round: number | null) =>
  broadcasts(outcome)[`${step} ${round}`];

describe.each(places)('a client that uploads nonsense in step %s of round %s', (step, round) => {
  const where = { step, ...(round !== null && { round }) };

  it.each(kinds)('%s: is refused by name, and counts as little as if it had declined', async (how) => {
    const outcome = await play(run, { faults: [{ kind: 'invalid', client: 'client-2', ...where, how }] });
    expect(isFinished(outcome)).toBe(true);
    expect(linesWith(outcome.lines, { event: 'disturbed' })).toMatchObject([{ what: `uploads ${how}` }]);
    const [refused, ...more] = linesWith(outcome.lines, { event: 'refused' });
    expect(more).toEqual([]);
    expect(refused).toMatchObject({ from: 'client-2', step, round });
    expect(refused.reason).toEqual(expect.any(String));
    const other = await declined(run, where);
    expect(madeOf(outcome, step, round)).toBe(madeOf(other, step, round));
    expect(linesWith(outcome.lines, { event: 'step-done', step, round })).toMatchObject([{ accepted: 4 }]);
  });
});

describe('a client that uploads nonsense', () => {
  it.each(kinds)('as second moments, %s: is refused, and the space is as without it', async (how) => {
    const where = { step: 'covariance' };
    const outcome = await play(withCovariance, {
      faults: [{ kind: 'invalid', client: 'client-2', ...where, how }],
    });
    expect(linesWith(outcome.lines, { event: 'refused' })).toMatchObject([
      { from: 'client-2', step: 'covariance' },
    ]);
    const other = await declined(withCovariance, where);
    expect(outcome.final.setup).toEqual(other.final.setup);
  });

  it('never gets a word in: the memory of its round is the same whatever the nonsense', async () => {
    const memories = await Promise.all(
      kinds.map((how) =>
        play(run, { faults: [{ kind: 'invalid', client: 'client-2', step: 'train', round: 3, how }] }),
      ),
    );
    const [first, ...others] = memories.map((outcome) => broadcasts(outcome)['train 3']);
    expect(first).not.toBe(broadcasts(calm)['train 3']);
    for (const other of others) expect(other).toBe(first);
  });

  it('speaks by its last good memory while its new one is refused', async () => {
    const fault = { kind: 'invalid', client: 'client-2', step: 'train', round: 2, how: 'truncated' };
    const outcome = await play(run, { faults: [fault] });
    const payloads = [1, 2].map((round) =>
      aggregated(outcome, round).filter(({ from }) => from === 'client-2'),
    );
    expect(payloads[0]).toMatchObject([{ weight: 1 }]);
    expect(payloads[1]).toEqual([{ ...payloads[0][0], weight: 0.9 }]);
  });

  it('is damaged on its way and nobody asks again: as if it had declined', async () => {
    const where = { client: 'client-2', step: 'train', round: 3 };
    const schedule = { deadline: 120 };
    const damaged = await play(run, { faults: [{ kind: 'corrupt', ...where }], schedule });
    expect(linesWith(damaged.lines, { event: 'refused' })).toMatchObject([{ from: 'client-2' }]);
    const other = await play(run, {
      faults: [{ kind: 'job-fails', ...where }],
      schedule,
      onFailure: 'resume',
    });
    expect(broadcasts(damaged)['train 3']).toBe(broadcasts(other)['train 3']);
  });
});

describe('a client that poisons its memory', () => {
  /** How far the farthest slot of the global memory lies from the origin: patches are standardised. */
  function reach(of: PreparedRun, outcome: Outcome): number {
    const { rows, columns, data } = decodeMatrix(serverEntry(of, outcome, 'memory'), 'vectors', 'the server');
    const norms = Array.from({ length: rows }, (_, row) =>
      Math.sqrt(sumOf(data.subarray(row * columns, (row + 1) * columns).map((value) => value * value))),
    );
    return Math.max(...norms);
  }
  const faults = [{ kind: 'poison', client: 'client-2', strength: 20 }];

  it('passes the checks and moves the global memory', async () => {
    const outcome = await play(run, { faults });
    expect(linesWith(outcome.lines, { event: 'refused' })).toEqual([]);
    expect(linesWith(outcome.lines, { event: 'disturbed' }).map(({ round }) => round)).toEqual([0, 1, 2, 3]);
    expect(reach(run, outcome)).toBeGreaterThan(5 * reach(run, calm));
  });

  it('so far away that variances leave f16 does not stop the others', async () => {
    const merged = await preparedSwarm('method.memory.global=1');
    const outcome = await play(merged, { faults: [{ kind: 'poison', client: 'client-2', strength: 1000 }] });
    expect(isFinished(outcome)).toBe(true);
  });

  it('from a round on leaves the rounds before as they are', async () => {
    const late = await play(run, { faults: [{ ...faults[0], fromRound: 2 }] });
    expect(broadcasts(late)['train 1']).toBe(broadcasts(calm)['train 1']);
    expect(broadcasts(late)['train 2']).not.toBe(broadcasts(calm)['train 2']);
  });

  it.each(['norm-clip', 'trimmed', 'median-of-means'])('is limited by %s', async (robust) => {
    // All in one slot: in a cluster of its own a client is the only voice, and no rule can say that it is wrong.
    const alike = ['data.skew=0', 'method.memory.global=1'];
    const plain = await preparedSwarm(...alike);
    const guarded = await preparedSwarm(...alike, `method.robust=${robust}`);
    const unlimited = reach(plain, await play(plain, { faults }));
    const limited = reach(guarded, await play(guarded, { faults }));
    expect(limited).toBeLessThan(unlimited / 3);
  });
});
