import fc from 'fast-check';
import { from } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { createKernel } from '../../src/actors/kernel.js';
import { kernelScheduler } from '../../src/actors/kernel-scheduler.js';
import type { Envelope } from '../../src/actors/messages.js';
import { network, transferSeconds, type Link } from '../../src/actors/network.js';
import { blob, broadcast, computed, upload } from './samples.js';

const links: Record<string, Link> = {
  near: { latency: 0.25, uploadRate: 8000, downloadRate: 16_000 },
  far: { latency: 2, uploadRate: 800, downloadRate: 1600 },
};
const linkOf = (client: string) => links[client];

describe('the time of a transfer', () => {
  it.each([
    ['up', upload('near', 0, blob('x', 500)), 0.25 + 0.5],
    ['down', broadcast('near', 0, blob('x', 500)), 0.25 + 0.25],
    ["up another client's link", upload('far', 0, blob('x', 500)), 2 + 5],
    ["down another client's link", broadcast('far', 0, blob('x', 500)), 2 + 2.5],
    ['of an empty payload', upload('far', 0, blob('')), 2],
    ['of no payload', broadcast('near', 0, null), 0.25],
    ['of a message without payload', computed('near', 0, { message: blob('x', 500) }), 0.25],
  ])('%s is latency and bits over the rate', (_, envelope, seconds) => {
    expect(transferSeconds(envelope, linkOf)).toBe(seconds);
  });
});

/** Sends each envelope at its `sentAt`. @returns arrivals in order */
async function carry(envelopes: readonly Envelope[]): Promise<{ envelope: Envelope; time: number }[]> {
  const kernel = createKernel();
  const arrived: { envelope: Envelope; time: number }[] = [];
  const carrier = network(linkOf, kernelScheduler(kernel));
  for (const envelope of envelopes)
    kernel.schedule(envelope.sentAt, () => {
      carrier(from([envelope])).subscribe((envelope) => arrived.push({ envelope, time: kernel.now() }));
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
      ...(up ? upload : broadcast)(client, 0, blob('payload', bytes)),
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
  const long = upload('near', 0, blob('long', 5000));
  const equal = ['a', 'b', 'c'].map((content) => upload('near', 0, blob(content, 1000)));
  const short = upload('near', 0, null);
  const arrived = await carry([long, ...equal, short]);
  expect(arrived.map(({ envelope }) => envelope)).toEqual([short, ...equal, long]);
  expect(arrived.map(({ time }) => time)).toEqual([0.25, 1.25, 1.25, 1.25, 5.25]);
});
