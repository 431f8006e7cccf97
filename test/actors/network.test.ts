import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../src/actors/kernel.js';
import { kernelScheduler } from '../../src/actors/kernel-scheduler.js';
import type { Envelope } from '../../src/actors/messages.js';
import { network, reliable, transferSeconds, type Delivery, type Link } from '../../src/actors/network.js';
import { blob, broadcast, computed, upload } from './samples.js';

const links: Record<string, Link> = {
  near: { latency: 0.25, uploadRate: 8000, downloadRate: 16_000 },
  far: { latency: 2, uploadRate: 800, downloadRate: 1600 },
};
const linkOf = (client: string) => links[client];

describe('the time of a transfer', () => {
  it.each([
    ['up', upload('near', 1, 0, blob('x', 500)), 0.25 + 0.5],
    ['down', broadcast('near', 1, 0, blob('x', 500)), 0.25 + 0.25],
    ["up another client's link", upload('far', 1, 0, blob('x', 500)), 2 + 5],
    ["down another client's link", broadcast('far', 1, 0, blob('x', 500)), 2 + 2.5],
    ['with a setup', broadcast('near', 1, 0, blob('x', 500), blob('setup', 250)), 0.25 + 0.375],
    ['of a setup alone', broadcast('far', 1, 0, null, blob('setup', 200)), 2 + 1],
    ['of an empty payload', upload('far', 1, 0, blob('')), 2],
    ['of no payload', broadcast('near', 1, 0, null), 0.25],
    ['of a message without payload', computed('near', 1, 0, { message: blob('x', 500) }), 0.25],
  ])('%s is latency and bits over the rate', (_, envelope, seconds) => {
    expect(transferSeconds(envelope, linkOf)).toBe(seconds);
  });
});

/** Sends each envelope at its `sentAt`. @returns arrivals in order */
async function carry(envelopes: readonly Envelope[]): Promise<{ envelope: Envelope; time: number }[]> {
  const kernel = createKernel();
  const arrived: { envelope: Envelope; time: number }[] = [];
  const carrier = network(reliable(linkOf), kernelScheduler(kernel));
  for (const envelope of envelopes)
    kernel.schedule(envelope.sentAt, () => {
      carrier(from([envelope])).subscribe(({ envelope, fate }) => {
        expect(fate).toEqual({ kind: 'arrive' });
        arrived.push({ envelope, time: kernel.now() });
      });
    });
  await kernel.run();
  return arrived;
}

const transfers = fc.array(
  fc
    .record({
      client: fc.constantFrom('near', 'far'),
      bytes: fc.constantFrom(0, 100, 200, 5000),
      sentAt: fc.constantFrom(0, 0.125, 3),
      up: fc.boolean(),
    })
    .map(({ client, bytes, sentAt, up }): Envelope => ({
      ...(up ? upload : broadcast)(client, 1, 0, blob('payload', bytes)),
      sentAt,
    })),
);

it('delivers every envelope once, when its own transfer is over', async () => {
  await fc.assert(
    fc.asyncProperty(transfers, async (envelopes) => {
      const arrived = await carry(envelopes);
      expect(arrived).toHaveLength(envelopes.length);
      expect(new Set(arrived.map(({ envelope }) => envelope))).toEqual(new Set(envelopes));
      arrived.forEach(({ envelope, time }, index) => {
        expect(time).toBeCloseTo(envelope.sentAt + transferSeconds(envelope, linkOf), 9);
        if (index > 0) expect(time).toBeGreaterThanOrEqual(arrived[index - 1].time);
      });
    }),
  );
});

it('lets short transfers overtake long ones and keeps the order of equal ones', async () => {
  const long = upload('near', 1, 0, blob('long', 5000));
  const equal = ['a', 'b', 'c'].map((content) => upload('near', 1, 0, blob(content, 1000)));
  const short = upload('near', 1, 0, null);
  const arrived = await carry([long, ...equal, short]);
  expect(arrived.map(({ envelope }) => envelope)).toEqual([short, ...equal, long]);
  expect(arrived.map(({ time }) => time)).toEqual([0.25, 1.25, 1.25, 1.25, 5.25]);
});

it('carries out every delivery that a message has, at its time, and none for a message that has none', async () => {
  const kernel = createKernel();
  const [first, second] = [upload('near', 1, 0, null), upload('far', 2, 0, null)];
  const deliveries: Delivery[] = [
    { envelope: first, seconds: 3, fate: { kind: 'lose', reason: 'on purpose' } },
    { envelope: first, seconds: 1, fate: { kind: 'disturb', what: 'duplicated' } },
    { envelope: { ...first, number: 9 }, seconds: 1, fate: { kind: 'arrive' } },
  ];
  const seen: [number, Delivery][] = [];
  const carrier = network((envelope) => (envelope === first ? deliveries : []), kernelScheduler(kernel));
  carrier(from([first, second])).subscribe((delivery) => seen.push([kernel.now(), delivery]));
  await kernel.run();
  expect(seen).toEqual([[1, deliveries[1]], [1, deliveries[2]], [3, deliveries[0]]]); // prettier-ignore
});
