import { describe, expect, it } from 'vitest';
import type { JobFault } from '../../src/actors/faults.js';
import { serverId, type Envelope } from '../../src/actors/messages.js';
import { step } from './samples.js';
import { deliver, federation, jobsOf, recordedBy, story } from './system-samples.js';
import type { FederationOptions } from './system-samples.js';

const one = { steps: [step()], clients: ['a', 'c'] };
const faultAt = (actor: string, fault: JobFault, times = 1) => {
  let left = times;
  return { onCompute: (job: { actor: string }) => (job.actor === actor && left-- > 0 ? fault : null) };
};
const told = async (options: FederationOptions) => {
  const { system, events } = federation({ ...one, ...options });
  await system.run();
  return story(events);
};
const computedBy = (lines: readonly string[], actor: string) =>
  lines.filter((line) => line.endsWith(`computed: ${actor}`));

describe('a crash', () => {
  it('while computing loses the job; the client comes back, says hello and does it again', async () => {
    const lines = await told({
      faults: faultAt('a', { kind: 'crash', share: 0.5, restartAfter: 2 }),
    });
    expect(lines).toEqual([
      ...['0 start: server', '0 step-opened'],
      ...['0.5 broadcast: a', '0.5 compute: a', '0.5 broadcast: c', '0.5 compute: c'],
      '1.5 computed: c',
      '2 crashed: a while computing train',
      '3 upload: server',
      ...['4 restarted: a', '4 restart: a'],
      ...['4.5 hello: server', '4.5 asked-again'],
      ...['5 broadcast: a', '5 compute: a'],
      '8 computed: a',
      ...['9.5 upload: server', '9.5 compute: server'],
      ...['10 computed: server', '10 step-done', '10 finished'],
    ]);
  });

  it('at the very end of a job loses it too', async () => {
    const faults = faultAt('a', { kind: 'crash', share: 1, restartAfter: 0 });
    const lines = await told({ faults });
    expect(lines).toContain('3.5 crashed: a while computing train');
    expect(computedBy(lines, 'a')).toEqual(['7.5 computed: a']);
  });

  it('of the server loses its job too; it does the same one again', async () => {
    const { system, events } = federation({
      ...one,
      faults: faultAt(serverId, { kind: 'crash', share: 0.5, restartAfter: 3 }),
    });
    await system.run();
    const [first, second, ...others] = jobsOf(events).filter(({ role }) => role === 'server');
    expect(second).toEqual(first);
    expect(others).toEqual([]);
    expect(computedBy(story(events), serverId)).toEqual(['8.75 computed: server']);
  });

  it('of the server loses its broadcasts on their way; it sends them again', async () => {
    const lines = await told({ faults: { crashes: [{ actor: serverId, at: 0.25, restartAfter: 1 }] } });
    expect(lines.slice(0, 9)).toEqual([
      ...['0 start: server', '0 step-opened', '0.25 crashed: server as planned'],
      ...Array(2).fill('0.5 lost broadcast: server went down while sending'),
      ...['1.25 restarted: server', '1.25 restart: server', '1.25 asked-again', '1.25 asked-again'],
    ]);
    expect(computedBy(lines, serverId)).toHaveLength(1);
  });

  it('before the start puts the start off', async () => {
    const lines = await told({ faults: { crashes: [{ actor: serverId, at: 0, restartAfter: 4 }] } });
    expect(lines.slice(0, 5)).toEqual([
      '0 crashed: server as planned',
      '0 lost start: server is down',
      ...['4 restarted: server', '4 restart: server', '4 step-opened'],
    ]);
  });

  it('loses what comes to an actor that is down', async () => {
    const lines = await told({ faults: { crashes: [{ actor: 'a', at: 0.25, restartAfter: 1 }] } });
    expect(lines).toContain('0.5 lost broadcast: a is down');
    expect(lines).toContain('1.75 hello: server');
    expect(computedBy(lines, 'a')).toEqual(['5.25 computed: a']);
  });

  it('of an actor that is down is none, and does not bring it back', async () => {
    const crashes = [
      { actor: 'a', at: 0.25, restartAfter: 6 },
      { actor: 'a', at: 1, restartAfter: 1 },
    ];
    const lines = await told({ faults: { crashes } });
    expect(lines.filter((line) => /crashed|restarted/.test(line))).toEqual([
      '0.25 crashed: a as planned',
      '6.25 restarted: a',
    ]);
  });

  it('that is not due does not happen', async () => {
    const crash = { actor: 'a', at: 1, restartAfter: 1 };
    const lines = await told({
      faults: {
        crashes: [
          { ...crash, isDue: () => false },
          { ...crash, at: 2, isDue: () => true },
        ],
      },
    });
    expect(lines.filter((line) => line.includes('crashed'))).toEqual(['2 crashed: a as planned']);
  });

  it('for good leaves the client out where there is a deadline', async () => {
    const { system, events } = federation({
      ...one,
      schedule: { deadline: 60 },
      faults: faultAt('a', { kind: 'crash', share: 0.5, restartAfter: null }),
    });
    await system.run();
    expect(recordedBy(events)).toMatchObject([
      { kind: 'step-opened' },
      { kind: 'step-done', accepted: 1 },
      { kind: 'finished' },
    ]);
    expect(
      jobsOf(events)
        .at(-1)!
        .received.map(({ from }) => from),
    ).toEqual(['c']);
  });
});

describe('the network', () => {
  const isUploadOf = (actor: string, { from, message }: Envelope) =>
    from === actor && message.kind === 'upload';

  it('loses a message once, however often its sender was to go down while it sends', async () => {
    const fate = { kind: 'crash-sender', restartAfter: null } as const;
    const lines = await told({
      schedule: { deadline: 20 },
      deliveries: (envelope) =>
        isUploadOf('a', envelope)
          ? [{ envelope, seconds: 0.25, fate }, { envelope, seconds: 0.5, fate }, deliver(envelope)] // prettier-ignore
          : [deliver(envelope)],
    });
    expect(lines.filter((line) => line.includes('crashed'))).toEqual(['3.75 crashed: a while sending']);
    expect(lines.filter((line) => line.includes('lost upload'))).toHaveLength(1);
  });

  it('may take its sender down while it sends; the answer is kept and sent again', async () => {
    let crashes = 1;
    const lines = await told({
      deliveries: (envelope) => [
        isUploadOf('a', envelope) && crashes-- > 0
          ? { envelope, seconds: 0.5, fate: { kind: 'crash-sender', restartAfter: 2 } }
          : deliver(envelope),
      ],
    });
    expect(lines).toContain('4 crashed: a while sending');
    expect(computedBy(lines, 'a')).toHaveLength(1);
    expect(lines.slice(lines.indexOf('6 restarted: a'))).toEqual([
      ...['6 restarted: a', '6 restart: a', '6.5 hello: server', '6.5 asked-again'],
      ...['7 broadcast: a', '7 ignored', '8.5 upload: server', '8.5 compute: server'],
      ...['9 computed: server', '9 step-done', '9 finished'],
    ]);
  });

  it('may do several things to one message, which is sent once', async () => {
    const { system, events } = federation({
      ...one,
      deliveries: (envelope) =>
        isUploadOf('a', envelope)
          ? [
              { envelope, seconds: 0.1, fate: { kind: 'disturb', what: 'duplicated' } },
              deliver(envelope),
              deliver(envelope),
            ]
          : [deliver(envelope)],
    });
    await system.run();
    const lines = story(events);
    expect(lines).toContain('3.6 duplicated: upload');
    expect(lines.filter((line) => line === '5 upload: server')).toHaveLength(2);
    expect(recordedBy(events)).toContainEqual({
      ...{ kind: 'ignored', step: 0, from: 'a', reason: 'answered before' },
    });
    expect(events.filter((event) => event.kind === 'sent' && isUploadOf('a', event.envelope))).toHaveLength(
      1,
    );
  });

  it('loses messages with a reason', async () => {
    const lines = await told({
      schedule: { retry: { after: 10, times: 1 } },
      deliveries: (envelope) => [
        deliver(
          envelope,
          isUploadOf('a', envelope) && envelope.number === 1
            ? { kind: 'lose', reason: 'cut off' }
            : { kind: 'arrive' },
        ),
      ],
    });
    expect(lines).toContain('5 lost upload: cut off');
    expect(lines).toContain('10 asked-again');
    expect(computedBy(lines, 'a')).toHaveLength(1);
    expect(lines.at(-1)).toMatch(/finished$/);
  });
});
