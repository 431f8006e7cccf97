import { describe, expect, it } from 'vitest';
import { serverId } from '../../../src/actors/messages.js';
import { createBufferedLosses } from '../../../src/sim/run/buffered-losses.js';
import { createTraffic } from '../../../src/sim/run/traffic.js';
import { blobOf } from '../store/samples.js';
import { changed, linesWith, play, preparedSwarm, sumOf } from './samples.js';

describe.each([
  ['in step', { cohort: 3 }],
  ['with a buffer', { mode: 'buffered', buffer: { size: 2, concurrency: 4 } }],
])('rounds %s', (_, schedule) => {
  it('count whom they asked, whenever, and the losses of what they took', async () => {
    const run = await preparedSwarm('method.rounds=4');
    const traffic = createTraffic(changed(run.federation, { schedule }));
    const { lines } = await play(run, { schedule, options: { onEvent: traffic.add } });
    const sent = linesWith(lines, { event: 'sent', from: serverId, step: 'train' });
    const rounds = [1, 2, 3, 4].map(traffic.round);
    expect(rounds.map(({ invited }) => invited)).toEqual(
      [1, 2, 3, 4].map((round) => linesWith(sent, { round }).length),
    );
    expect(sumOf(rounds.map(({ invited }) => invited))).toBe(sent.length);
    expect(rounds.map(({ losses }) => losses.length)).toEqual(rounds.map(({ accepted }) => accepted));
  });
});

it('an abandoned round lasts until it is abandoned', async () => {
  const run = await preparedSwarm('method.rounds=4');
  const traffic = createTraffic(run.federation);
  const faults = [{ kind: 'lose', client: 'client-1', direction: 'down', step: 'train', round: 2 }];
  const schedule = { deadline: 120, minimum: 5 };
  const { lines } = await play(run, { faults, schedule, options: { onEvent: traffic.add } });
  const [{ time, round }] = linesWith(lines, { event: 'step-abandoned' });
  expect(round).toBe(2);
  expect(traffic.round(2).virtualSeconds).toBe(time);
});

it('a client spends what it has computed until it goes down', async () => {
  const run = await preparedSwarm('fleet={groups: [{device: {watts: 2}}]}');
  const costs = async (faults: readonly Record<string, unknown>[]) => {
    const traffic = createTraffic(run.federation);
    await play(run, { faults, schedule: {}, options: { onEvent: traffic.add } });
    return traffic.client('client-1');
  };
  const whole = await costs([]);
  const crash = { kind: 'crash-computing', actor: 'client-1', step: 'train', round: 2, restartAfter: 1 };
  const [half, quarter] = [await costs([{ ...crash, share: 0.5 }]), await costs([{ ...crash, share: 0.25 }])];
  const extra = half.computeSeconds - whole.computeSeconds;
  expect(extra).toBeGreaterThan(0);
  expect(quarter.computeSeconds - whole.computeSeconds).toBeCloseTo(extra / 2, 9);
  expect(half.joules).toBeCloseTo(2 * half.computeSeconds, 9);
});

describe('losses of a buffer', () => {
  const reference = (text: string) => ({ hash: blobOf(text).hash, bytes: text.length });
  const received = (from: string, text: string) => ({ from, payload: reference(text), weight: 1 });

  it('are those of uploads that were taken, once', () => {
    const losses = createBufferedLosses();
    losses.made('a', 1, 0.1);
    losses.made('b', 2, 0.2);
    losses.made('c', 3, 0.3);
    losses.uploaded('a', 1, reference('damaged'));
    losses.uploaded('a', 1, reference('memory of a'));
    losses.uploaded('b', 2, reference('memory of b'));
    expect(losses.taken([received('a', 'memory of a'), received('d', 'memory of a')])).toEqual([0.1]);
    losses.uploaded('a', 1, reference('memory of a'));
    expect(losses.taken([received('a', 'memory of a'), received('b', 'memory of b')])).toEqual([0.2]);
  });
});
