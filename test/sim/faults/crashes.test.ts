import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasDetector,
  isFinished,
  linesWith,
  play,
  preparedSwarm,
  broadcasts,
  failureOf,
} from '../run/samples.js';

const run = await preparedSwarm();
const calm = await play(run);
const participants = run.federation.participants;
const train2 = { step: 'train', round: 2 };

describe('a client that crashes', () => {
  it('while computing: it comes back, does its work again, and all is as without', async () => {
    const fault = { kind: 'crash-computing', actor: 'client-2', ...train2, share: 0.25 };
    const outcome = await play(run, { faults: [fault] });
    const [crashed] = linesWith(outcome.lines, { event: 'crashed' });
    const [restarted] = linesWith(outcome.lines, { event: 'restarted' });
    expect(crashed).toMatchObject({ at: 'client-2', occasion: 'while computing train' });
    expect(restarted.at).toBe('client-2');
    const began = linesWith(outcome.lines, { event: 'compute', at: 'client-2', ...train2 });
    expect(began).toHaveLength(2);
    const [{ time, seconds }] = began as unknown as { time: number; seconds: number }[];
    expect(crashed.time).toBeCloseTo(time + 0.25 * seconds, 9);
    expect(restarted.time).toBeCloseTo((crashed.time as number) + 10, 9);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
    expect(outcome.final.clients).toEqual(calm.final.clients);
  });

  it('while sending: what it had stored is sent again, not computed again', async () => {
    const outcome = await play(run, { faults: [{ kind: 'crash-sending', client: 'client-2', ...train2 }] });
    expect(linesWith(outcome.lines, { event: 'crashed' })[0].occasion).toBe('while sending');
    expect(linesWith(outcome.lines, { event: 'lost' })).toMatchObject([
      { from: 'client-2', kind: 'upload', reason: 'client-2 went down while sending' },
    ]);
    expect(linesWith(outcome.lines, { event: 'compute', at: 'client-2', ...train2 })).toHaveLength(1);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it('for good: it is given up, and the others finish', async () => {
    const faults = [{ kind: 'crash', actor: 'client-2', at: 6, restartAfter: null }];
    const outcome = await play(run, { faults, schedule: { retry: { after: 30, times: 2 } } });
    expect(isFinished(outcome)).toBe(true);
    expect(linesWith(outcome.lines, { event: 'crashed' })).toMatchObject([
      { time: 6, occasion: 'as planned' },
    ]);
    expect(linesWith(outcome.lines, { event: 'restarted' })).toEqual([]);
    const given = linesWith(outcome.lines, { event: 'given-up', reason: 'no answer to any try' });
    expect(given.map(({ from, step }) => [from, step])).toEqual([
      ['client-2', 'train'],
      ['client-2', 'train'],
      ['client-2', 'calibrate'],
      ['client-2', 'finish'],
    ]);
    const finished = participants.filter((id) => hasDetector(outcome.final.clients.get(id)));
    expect(finished).toEqual(participants.filter((id) => id !== 'client-2'));
  });

  it('for good, while the server waits for ever: the run says whom for', async () => {
    const faults = [{ kind: 'crash', actor: 'client-2', at: 6, restartAfter: null }];
    const reason = await failureOf(run, { faults, schedule: {} });
    expect(reason).toContain('the simulation is stuck');
    expect(reason).toContain('in step "train" of round 2 the server (collecting) still waits for client-2');
  });
});

describe('the server that crashes', () => {
  it.each(['moments', 'initialise', 'train', 'calibrate', 'finish'])(
    'while it computes %s: it computes it again',
    async (step) => {
      const outcome = await play(run, { faults: [{ kind: 'crash-computing', actor: 'server', step }] });
      expect(linesWith(outcome.lines, { event: 'crashed' })).toMatchObject([
        { at: 'server', occasion: `while computing ${step}` },
      ]);
      const calmly = linesWith(calm.lines, { event: 'compute', at: 'server', step }).length;
      expect(linesWith(outcome.lines, { event: 'compute', at: 'server', step })).toHaveLength(calmly + 1);
      expect(broadcasts(outcome)).toEqual(broadcasts(calm));
      expect(outcome.final.clients).toEqual(calm.final.clients);
    },
  );

  it('while it collects: what came meanwhile is asked for again', async () => {
    // All five uploads of round 2 arrive between 7.5 and 8 s.
    const outcome = await play(run, { faults: [{ kind: 'crash', actor: 'server', at: 7, restartAfter: 5 }] });
    expect(linesWith(outcome.lines, { event: 'lost', reason: 'server is down' })).toHaveLength(5);
    expect(linesWith(outcome.lines, { event: 'asked-again', ...train2 })).toHaveLength(5);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it('while it waits for somebody to become available', async () => {
    const away = await preparedSwarm(
      'fleet={groups: [{availability: {kind: diurnal, hoursOn: 2, startHour: 1}}]}',
    );
    const crash = { kind: 'crash', actor: 'server', at: 100 };
    for (const restartAfter of [10, 4000]) {
      const outcome = await play(away, { faults: [{ ...crash, restartAfter }] });
      expect(isFinished(outcome)).toBe(true);
      const [opened] = linesWith(outcome.lines, { event: 'step-opened' });
      expect(opened).toMatchObject({ invited: 5, time: Math.max(3600, 100 + restartAfter) });
    }
  });

  it('for good: the run ends, and says so', async () => {
    const faults = [{ kind: 'crash', actor: 'server', at: 6, restartAfter: null }];
    expect(await failureOf(run, { faults })).toMatch(/the simulation is stuck: .*\(collecting, down\)/);
  });
});

describe('crashes at any time', () => {
  it('leave the memory and the detectors as they are, when who crashed comes back in time', async () => {
    const actor = fc.constantFrom('server', ...participants);
    const tenths = (most: number) => fc.nat(10 * most).map((value) => value / 10);
    const crash = fc.record({ kind: fc.constant('crash'), actor, at: tenths(15), restartAfter: tenths(8) });
    await fc.assert(
      fc.asyncProperty(fc.array(crash, { minLength: 1, maxLength: 4 }), async (faults) => {
        const outcome = await play(run, { faults });
        expect(broadcasts(outcome)).toEqual(broadcasts(calm));
        expect(outcome.final.clients).toEqual(calm.final.clients);
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});

describe('a job that fails', () => {
  const faults = [{ kind: 'job-fails', client: 'client-2', ...train2 }];
  const reason = 'the job failed, as planned';

  it('resume: its client declines, and takes part in the next round', async () => {
    const outcome = await play(run, { faults, onFailure: 'resume' });
    expect(linesWith(outcome.lines, { event: 'failed' })).toMatchObject([
      { at: 'client-2', reason, directive: 'resume' },
    ]);
    expect(linesWith(outcome.lines, { event: 'given-up' })).toMatchObject([{ from: 'client-2', reason }]);
    expect(linesWith(outcome.lines, { event: 'asked-again' })).toEqual([]);
    const accepted = linesWith(outcome.lines, { event: 'step-done', step: 'train' });
    expect(accepted.map((line) => line.accepted)).toEqual([5, 4, 5]);
    expect(hasDetector(outcome.final.clients.get('client-2'))).toBe(true);
  });

  it('restart: its client starts again and answers', async () => {
    const outcome = await play(run, { faults, onFailure: 'restart' });
    expect(linesWith(outcome.lines, { event: 'failed' })[0].directive).toBe('restart');
    expect(linesWith(outcome.lines, { event: 'restarted' })).toMatchObject([{ at: 'client-2' }]);
    expect(broadcasts(outcome)).toEqual(broadcasts(calm));
  });

  it('restart, too often: its client is stopped', async () => {
    const outcome = await play(run, {
      faults: [...faults, ...faults, ...faults],
      onFailure: 'restart',
      restarts: 2,
    });
    const failed = linesWith(outcome.lines, { event: 'failed' });
    expect(failed.map(({ directive }) => directive)).toEqual(['restart', 'restart', 'stop']);
    expect(isFinished(outcome)).toBe(true);
    expect(hasDetector(outcome.final.clients.get('client-2'))).toBe(false);
  });

  it('stop: its client never answers again, and nobody waits for it', async () => {
    const outcome = await play(run, { faults, onFailure: 'stop' });
    expect(linesWith(outcome.lines, { event: 'given-up' })).toMatchObject([
      { from: 'client-2', ...train2, reason: `stopped: ${reason}` },
    ]);
    const after = linesWith(outcome.lines, { event: 'step-opened' }).slice(-3);
    expect(after.map(({ step, invited }) => [step, invited])).toEqual([
      ['train', 4],
      ['calibrate', 4],
      ['finish', 4],
    ]);
    expect(hasDetector(outcome.final.clients.get('client-2'))).toBe(false);
  });

  it('escalate: the run ends with the reason', async () => {
    expect(await failureOf(run, { faults, onFailure: 'escalate' })).toBe(reason);
  });
});
