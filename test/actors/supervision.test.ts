import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../src/base/errors.js';
import type { JobFault } from '../../src/actors/faults.js';
import { serverId } from '../../src/actors/messages.js';
import type { Directive } from '../../src/actors/supervision.js';
import { step } from './samples.js';
import { atOnce, federation, jobsOf, outcomeOf, recordedBy, story } from './system-samples.js';

const one = { steps: [step()], clients: ['a', 'c'] };
const faultAt = (actor: string, fault: JobFault, times = 1) => {
  let left = times;
  return { onCompute: (job: { actor: string }) => (job.actor === actor && left-- > 0 ? fault : null) };
};
const computedBy = (lines: readonly string[], actor: string) =>
  lines.filter((line) => line.endsWith(`computed: ${actor}`));

describe('supervision', () => {
  const fault = { kind: 'fail', reason: 'no memory' } as const;
  const supervising = (directive: Directive, faults = faultAt('a', fault)) => {
    const asked: [string, number][] = [];
    const made = federation({
      ...one,
      faults,
      supervise: (actor, failures) => {
        asked.push([actor, failures]);
        return directive;
      },
    });
    return { ...made, asked };
  };

  it('resume: the client declines and goes on', async () => {
    const { system, events, asked } = supervising('resume');
    await system.run();
    expect(asked).toEqual([['a', 1]]);
    expect(story(events)).toContain('3.5 failed: a no memory, resume');
    expect(recordedBy(events)).toContainEqual({
      ...{ kind: 'given-up', step: 0, from: 'a', reason: 'no memory' },
    });
    expect(system.server().phase).toBe('finished');
  });

  it('resume: the server has nothing to go on with', async () => {
    const { system } = supervising('resume', faultAt(serverId, fault));
    await expect(system.run()).rejects.toMatchObject({ code: 'run-failed', message: 'no memory' });
  });

  it.each(['a', serverId])('restart: %s starts again from what it had stored', async (actor) => {
    const { system, events, asked } = supervising('restart', faultAt(actor, fault, 2));
    await system.run();
    expect(asked).toEqual([[actor, 1], [actor, 2]]); // prettier-ignore
    expect(jobsOf(events).filter((job) => job.actor === actor)).toHaveLength(3);
    expect(story(events).filter((line) => line.endsWith(`restarted: ${actor}`))).toHaveLength(2);
    expect(recordedBy(events)).toContainEqual(expect.objectContaining({ kind: 'step-done', accepted: 2 }));
  });

  it('stop: the client never answers again, and the server is told', async () => {
    const { system, events } = federation({
      ...one,
      steps: [step(), step({ round: 2 })],
      faults: faultAt('a', fault),
      supervise: () => 'stop',
    });
    await system.run();
    const reason = 'stopped: no memory';
    expect(recordedBy(events)).toContainEqual({ kind: 'given-up', step: 0, from: 'a', reason });
    expect(system.server().gone.toObject()).toEqual({ a: reason });
    expect(jobsOf(events).filter(({ actor }) => actor === 'a')).toHaveLength(1);
    expect(
      jobsOf(events)
        .at(-1)!
        .received.map(({ from }) => from),
    ).toEqual(['c']);
  });

  it('stop: what a stopped client still computes does not fail once more', async () => {
    const { system, events } = federation({
      ...one,
      steps: [step(), step({ round: 2 })],
      compute: (job) => {
        const serving = job.step.round === 1 ? 0.5 : 60;
        return { ...atOnce(job), seconds: { a: 10, server: serving }[job.actor] ?? 0.5 };
      },
      faults: faultAt('a', fault, 2),
      supervise: () => 'stop',
      invite: ({ step }) => ({ kind: 'clients', clients: ['a', 'c'], target: 1 + step }),
    });
    await system.run();
    expect(jobsOf(events).filter(({ actor }) => actor === 'a')).toHaveLength(2);
    expect(events.filter(({ kind }) => kind === 'failed')).toHaveLength(1);
  });

  it.each<Directive>(['stop', 'escalate'])('%s: without the server there is no run', async (directive) => {
    const { system } = supervising(directive, faultAt(serverId, fault));
    await expect(system.run()).rejects.toThrow('no memory');
  });

  it('an interruption is nobody’s failure: no directive, no event, the run ends', async () => {
    const { system, events } = federation({
      ...one,
      compute: (job) => ({
        ...atOnce(job),
        outcome: Promise.reject(new FeddymemError('interrupted', 'interrupted')),
      }),
      supervise: () => 'resume',
    });
    await expect(system.run()).rejects.toMatchObject({ code: 'interrupted' });
    expect(events.some(({ kind }) => kind === 'failed')).toBe(false);
  });

  it('escalate: the run ends', async () => {
    const { system, events } = supervising('escalate');
    await expect(system.run()).rejects.toThrow('no memory');
    expect(events.some(({ kind }) => kind === 'failed')).toBe(false);
  });

  it.each<[Directive, string[]]>([
    ['resume', ['0.5 failed: a on purpose, resume']],
    ['restart', ['0.5 failed: a on purpose, restart', '0.5 restarted: a', '0.5 restart: a']],
    ['stop', ['0.5 failed: a on purpose, stop']],
  ])('%s: an actor whose own code fails keeps its state', async (directive, expected) => {
    let failures = 1;
    const { system, events } = federation({
      ...one,
      schedule: { retry: { after: 10, times: 1 } },
      supervise: () => directive,
      meddle: (actor, { message }) => {
        if (actor === 'a' && message.kind === 'broadcast' && failures-- > 0) throw new Error('on purpose');
      },
    });
    await system.run();
    const lines = story(events);
    const at = lines.indexOf(expected[0]);
    expect(lines.slice(at, at + expected.length)).toEqual(expected);
    expect(computedBy(lines, 'a')).toHaveLength(directive === 'stop' ? 0 : 1);
    expect(system.client('a').local).toEqual(
      directive === 'stop' ? {} : outcomeOf(jobsOf(events).findLast(({ actor }) => actor === 'a')!).local,
    );
  });

  it('is not asked about what the server decides', async () => {
    const { system, asked } = supervising('resume', { onCompute: () => null });
    await system.run();
    expect(asked).toEqual([]);
  });
});
