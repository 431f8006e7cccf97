import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/base/hash.js';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import { intact, serverId, type Envelope } from '../../../src/actors/messages.js';
import type { Delivery } from '../../../src/actors/network.js';
import { createBlobStore } from '../../../src/sim/run/blob-store.js';
import { fabricDeliveries } from '../../../src/sim/faults/fabric.js';
import { plannedFaults } from '../../../src/sim/faults/injector.js';
import { at, broadcast, goodbye, hello, step, upload } from '../../actors/samples.js';
import { faultsOf } from '../run/samples.js';

const store = createBlobStore();
const bytes = encodeSafetensors({
  vectors: { type: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
  weights: { type: 'F32', shape: [2], data: Float32Array.of(5, 6) },
});
const payload = store.put({ hash: sha256(bytes), bytes });
/** A second latency, and a second a byte up, half of one down. */
const link = { latency: 1, uploadRate: 8, downloadRate: 16 };
const sending = upload('a', 1, 0, payload);
const seconds = 1 + bytes.length;

interface Given {
  readonly plan?: readonly Record<string, unknown>[];
  readonly availableFrom?: (client: string, time: number) => number;
}

function carried(envelope: Envelope, { plan = [], availableFrom = (_, time) => time }: Given = {}) {
  const faults = plannedFaults(faultsOf(plan), [step({ name: 'train', round: 1 })]);
  return fabricDeliveries({ linkOf: () => link, availableFrom, faults, seed: 1, store })(envelope);
}

const fault = (kind: string, more: Record<string, unknown> = {}) => ({
  kind,
  client: 'a',
  step: 'train',
  ...more,
});
const fates = (deliveries: readonly Delivery[]) =>
  deliveries.map(({ seconds: after, fate }) => [fate.kind, after, ...('what' in fate ? [fate.what] : [])]);
const contentOf = ({ envelope: { message } }: Delivery) => {
  if (message.kind !== 'upload' && message.kind !== 'broadcast') throw new Error(message.kind);
  return { message, tensors: () => decodeSafetensors(store.get(message.payload!), 'it') };
};

describe('fabricDeliveries, where nothing fails', () => {
  it('takes latency and bytes over the rate, up and down', () => {
    expect(carried(sending)).toEqual([{ envelope: sending, seconds, fate: { kind: 'arrive' } }]);
    expect(fates(carried(broadcast('a', 1, 0, payload)))).toEqual([['arrive', 1 + bytes.length / 2]]);
    expect(fates(carried(hello('a')))).toEqual([['arrive', 1]]);
  });
});

describe('fabricDeliveries, with clients that are away', () => {
  it('keeps what a client sends until it is back, and then sends it', () => {
    const availableFrom = () => 30;
    expect(fates(carried(at(10, sending), { availableFrom }))).toEqual([['arrive', 20 + seconds]]);
  });

  it('keeps what is sent to a client until it is back', () => {
    const availableFrom = (client: string, time: number) => (client === 'a' && time < 300 ? 300 : time);
    const down = at(10, broadcast('a', 1, 0, payload));
    expect(fates(carried(down, { availableFrom }))).toEqual([['arrive', 290]]);
    const late = at(299, broadcast('a', 1, 0, payload));
    expect(fates(carried(late, { availableFrom }))).toEqual([['arrive', 1 + bytes.length / 2]]);
  });

  it.each([sending, broadcast('a', 1, 0, payload), goodbye('a', 'stopped')])(
    'loses what a client that never comes back would send or get: $message.kind',
    (envelope) => {
      const [{ fate }, ...more] = carried(envelope, { availableFrom: () => Infinity });
      expect(fate).toEqual({ kind: 'lose', reason: 'a never comes back' });
      expect(more).toEqual([]);
    },
  );

  it('does not spend a fault on a message that never leaves', () => {
    const faults = plannedFaults(faultsOf([fault('lose')]), [step({ name: 'train' })]);
    const fabric = { linkOf: () => link, faults, seed: 1, store };
    fabricDeliveries({ ...fabric, availableFrom: () => Infinity })(sending);
    const back = fabricDeliveries({ ...fabric, availableFrom: (_, time) => time })(sending);
    expect(back.at(-1)!.fate.kind).toBe('lose');
  });
});

describe('fabricDeliveries, on the way', () => {
  it('loses', () => {
    const deliveries = carried(sending, { plan: [fault('lose')] });
    expect(fates(deliveries)).toEqual([
      ['disturb', 0, 'lost'],
      ['lose', seconds],
    ]);
    expect(deliveries[1].fate).toMatchObject({ reason: 'lost on its way' });
  });

  it('delays, and delays again', () => {
    expect(
      fates(carried(sending, { plan: [fault('delay', { seconds: 7 }), fault('delay', { seconds: 2 })] })),
    ).toEqual([
      ['disturb', 0, 'delayed by 7 s'],
      ['disturb', 0, 'delayed by 2 s'],
      ['arrive', seconds + 9],
    ]);
  });

  it('duplicates: the same message comes twice', () => {
    const deliveries = carried(sending, { plan: [fault('duplicate', { seconds: 4 })] });
    expect(fates(deliveries)).toEqual([
      ['disturb', 0, 'a copy follows after 4 s'],
      ['arrive', seconds],
      ['arrive', seconds + 4],
    ]);
    expect(deliveries[1].envelope).toBe(deliveries[2].envelope);
  });

  it('crashes the sender when a share is sent', () => {
    const deliveries = carried(sending, { plan: [fault('crash-sending', { share: 0.25, restartAfter: 3 })] });
    expect(deliveries[0]).toMatchObject({
      seconds: seconds / 4,
      fate: { kind: 'crash-sender', restartAfter: 3 },
    });
    expect(deliveries).toHaveLength(2);
  });

  it('crashes a sender that is away when it has come back and sent that share', () => {
    const plan = [fault('crash-sending', { share: 0.25, restartAfter: 3 })];
    const deliveries = carried(at(10, sending), { plan, availableFrom: () => 30 });
    expect(fates(deliveries)).toEqual([
      ['crash-sender', 20 + seconds / 4],
      ['arrive', 20 + seconds],
    ]);
  });

  it('flips a bit, and leaves the checksum that tells', () => {
    const deliveries = carried(sending, { plan: [fault('corrupt', { bit: 5 })] });
    const { message } = contentOf(deliveries[1]);
    expect(intact(message)).toBe(false);
    expect(message.checksum).toBe(payload.hash);
    expect(store.get(message.payload!)).not.toEqual(bytes);
    expect(store.get(payload)).toEqual(bytes);
  });

  it.each([
    ['leaves while it is down', 1002, true],
    ['is on its way when it goes down', 1000 - seconds / 2, true],
    ['arrives before', 999 - seconds, false],
    ['leaves after', 1005.5, false],
  ])('is cut off by a partition: what %s', (_, sentAt, expected) => {
    const plan = [{ kind: 'partition', clients: ['a'], from: 1000, seconds: 5 }];
    const [{ fate }] = carried(at(sentAt, sending), { plan });
    expect(fate).toEqual(expected ? { kind: 'lose', reason: 'the link is down' } : { kind: 'arrive' });
    expect(carried(at(sentAt, upload('b', 1, 0, payload)), { plan })[0].fate.kind).toBe('arrive');
  });

  it('is cut off by a partition that begins while it is delayed', () => {
    const partition = { kind: 'partition', clients: ['a'], from: seconds + 5, seconds: 1 };
    expect(carried(sending, { plan: [partition] }).at(-1)!.fate.kind).toBe('arrive');
    expect(carried(sending, { plan: [partition, fault('delay', { seconds: 20 })] }).at(-1)!.fate.kind).toBe(
      'lose',
    );
  });
});

describe('fabricDeliveries, by the sender', () => {
  it('falsifies, with a checksum that fits', () => {
    const deliveries = carried(sending, { plan: [fault('invalid', { how: 'not-a-number' })] });
    expect(fates(deliveries)).toEqual([
      ['disturb', 0, 'uploads not-a-number'],
      ['arrive', seconds],
    ]);
    const { message, tensors } = contentOf(deliveries[1]);
    expect(intact(message)).toBe(true);
    expect([...tensors().vectors.data].some(Number.isNaN)).toBe(true);
  });

  it('poisons, with a checksum that fits', () => {
    const deliveries = carried(sending, { plan: [{ kind: 'poison', client: 'a' }] });
    const { message, tensors } = contentOf(deliveries[1]);
    expect(intact(message)).toBe(true);
    expect(tensors().vectors.data).not.toEqual(Float32Array.of(1, 2, 3, 4));
    expect(tensors().weights.data).toEqual(Float32Array.of(5, 6));
  });

  it('comes before what happens on the way, whatever the order of the plan', () => {
    const corrupt = fault('corrupt', { bit: 8 * bytes.length - 1 });
    const poison = { kind: 'poison', client: 'a' };
    const of = (plan: Given['plan']) => contentOf(carried(sending, { plan }).at(-1)!).message;
    const [alone, first, last] = [of([poison]), of([corrupt, poison]), of([poison, corrupt])];
    // The poisoner signs what it sends; the bit that flips afterwards is no longer what it signed.
    expect(first).toEqual(last);
    expect(first.checksum).toBe(alone.payload!.hash);
    expect(intact(first)).toBe(false);
  });

  it.each([fault('invalid', { how: 'truncated' }), fault('corrupt'), { kind: 'poison', client: 'a' }])(
    'changes nothing, and tells nothing, where there is nothing to change: $kind',
    (given) => {
      expect(fates(carried(upload('a', 1, 0, null), { plan: [given] }))).toEqual([['arrive', 1]]);
    },
  );

  it('does nothing to a broadcast', () => {
    const down = broadcast('a', 1, 0, payload);
    const plan = [{ kind: 'poison', client: 'a' }, fault('invalid', { how: 'truncated' })];
    expect(carried({ ...down, from: serverId }, { plan })).toHaveLength(1);
  });
});
