import { describe, expect, it } from 'vitest';
import type { BlobReference } from '../../../src/base/blob.js';
import { encodeFloat16 } from '../../../src/base/float16.js';
import { sha256 } from '../../../src/base/hash.js';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import type { Tensor, TensorMap } from '../../../src/base/tensor.js';
import { serverId, type Envelope, type RecordedEvent } from '../../../src/actors/messages.js';
import type { Received, Step, StepOutcome } from '../../../src/actors/steps.js';
import type { SystemEvent } from '../../../src/actors/system-events.js';
import { createBlobStore } from '../../../src/sim/run/blob-store.js';
import { createInvariants } from '../../../src/sim/run/invariants.js';
import { broadcast, computed, step, upload } from '../../actors/samples.js';
import { preparedSwarm } from './samples.js';

const { federation } = await preparedSwarm();
const store = createBlobStore();
const steps: Step[] = [
  step({ name: 'initialise', round: 0, retains: true }),
  step({ name: 'train', retains: true }),
];

type Timeless<E> = E extends SystemEvent ? Omit<E, 'time'> & { readonly time?: number } : never;

/** Whether the events, at 1 s unless they say otherwise, break an invariant; what it says. */
function broken(events: readonly Timeless<SystemEvent>[], robust = 'none'): string | null {
  const segments = federation.segments.map((segment) => ({
    ...segment,
    settings: { ...segment.settings, robust: robust as typeof segment.settings.robust },
  }));
  const check = createInvariants(
    { ...federation, segments, steps: steps.map((each) => ({ ...each, finishing: false })) },
    store,
  );
  for (const [at, event] of events.entries()) {
    try {
      check({ time: 1, ...event } as SystemEvent);
    } catch (error) {
      expect(at).toBe(events.length - 1);
      return (error as Error).message;
    }
  }
  return null;
}

const keep = (tensors: TensorMap): BlobReference => {
  const bytes = encodeSafetensors(tensors);
  return store.put({ hash: sha256(bytes), bytes });
};
const f32 = (...numbers: number[]): Tensor => ({
  type: 'F32',
  shape: [numbers.length],
  data: Float32Array.from(numbers),
});
const f16 = (...numbers: number[]): Tensor => ({
  type: 'F16',
  shape: [numbers.length],
  data: encodeFloat16(Float32Array.from(numbers)),
});
const bank = (...weights: number[]) => keep({ vectors: f16(...weights), weights: f32(...weights) });

const sent = (envelope: Envelope) => ({ kind: 'sent', envelope }) as const;
const delivered = (envelope: Envelope) => ({ kind: 'delivered', envelope }) as const;
const recorded = (event: RecordedEvent) => ({ kind: 'recorded', by: serverId, event }) as const;
const opened = (at: number) => recorded({ kind: 'step-opened', step: at, invited: 1, target: 1 });
const done = (at: number) => recorded({ kind: 'step-done', step: at, accepted: 1, broadcast: null });
const finished = recorded({ kind: 'finished' });
const from = (client: string, payload: BlobReference, weight = 1): Received => ({
  from: client,
  payload,
  weight,
});
const aggregating = (...received: Received[]) =>
  ({
    kind: 'compute',
    seconds: 1,
    job: { actor: serverId, role: 'server', step: steps[1], local: {}, setup: null, received },
  }) as const;
const made = (outcome: Partial<StepOutcome>) => delivered(computed(serverId, 1, 1, outcome));

const prefix = (time = 1) => `an invariant is broken at virtual time ${time} s: `;

describe('time', () => {
  it('runs forward', () => {
    expect(broken([opened(0), { ...done(0), time: 1 }, { ...opened(1), time: 2 }])).toBeNull();
    expect(
      broken([
        { ...opened(0), time: 3 },
        { ...done(0), time: 2 },
      ]),
    ).toBe(`${prefix(3)}an event of virtual time 2 s comes after it`);
  });

  it('has no message arrive before it was sent', () => {
    const early = { ...upload('a', 1, 0, null), sentAt: 5 };
    expect(broken([sent(early), { ...delivered(early), time: 5 }])).toBeNull();
    expect(broken([sent(early), { ...delivered(early), time: 4 }])).toBe(
      `${prefix(4)}a message from a arrives before it was sent`,
    );
  });
});

describe('messages', () => {
  it('are counted once, however many copies arrive', () => {
    const message = upload('a', 1, 0, null);
    expect(broken([sent(message), delivered(message), delivered(message)])).toBeNull();
    expect(broken([sent(message), sent(message)])).toBe(`${prefix()}message 1 of a is counted twice`);
    expect(
      broken([sent(message), sent({ ...message, from: 'b' }), sent({ ...message, number: 2 })]),
    ).toBeNull();
  });

  it('were sent by somebody', () => {
    expect(broken([delivered(broadcast('a', 1, 0, null))])).toBe(
      `${prefix()}message 1 of server was never sent`,
    );
    // What an actor is told by the system has no number.
    expect(broken([delivered(computed('a', 1, 0))])).toBeNull();
  });
});

describe('steps', () => {
  it('are closed or abandoned before the next one opens', () => {
    const abandoned = recorded({ kind: 'step-abandoned', step: 0, reason: 'nobody is left' });
    expect(broken([opened(0), done(0), opened(1), done(1), finished])).toBeNull();
    expect(broken([opened(0), abandoned, opened(1), done(1), finished])).toBeNull();
    expect(broken([opened(0), opened(1)])).toBe(
      `${prefix()}step "initialise" of round 0 was neither closed nor abandoned`,
    );
  });

  it('may be opened again by a server that comes back, and be given up unopened', () => {
    expect(broken([opened(0), opened(0), done(0)])).toBeNull();
    expect(broken([recorded({ kind: 'step-abandoned', step: 0, reason: 'nobody' }), opened(1)])).toBeNull();
  });

  it('are the ones that close', () => {
    expect(broken([opened(0), done(1)])).toBe(
      `${prefix()}step "train" of round 1 closes while step "initialise" of round 0 is open`,
    );
  });

  it('are not abandoned without a reason', () => {
    expect(broken([opened(0), recorded({ kind: 'step-abandoned', step: 0, reason: '' })])).toBe(
      `${prefix()}step "initialise" of round 0 is abandoned without a reason`,
    );
  });

  it('are all closed at the end', () => {
    expect(broken([opened(1), finished])).toBe(
      `${prefix()}the run ends, but step "train" of round 1 was neither closed nor abandoned`,
    );
  });
});

describe('what the server sends', () => {
  it.each([
    ['f32', f32(1, NaN)],
    ['f16', f16(1, Infinity)],
    ['f64', { type: 'F64', shape: [1], data: Float64Array.of(-Infinity) } as const],
  ])('holds no number that is not finite: %s', (_, bad) => {
    const reason = `${prefix()}the server sends memory with a number that is not finite`;
    for (const entry of ['message', 'setup'] as const) {
      expect(broken([made({ [entry]: keep({ memory: f32(1, 2) }) })])).toBeNull();
      expect(broken([made({ [entry]: keep({ memory: bad }) })])).toBe(reason);
    }
  });

  it('may come from a client: its own results are its own affair', () => {
    expect(broken([delivered(computed('a', 1, 1, { message: keep({ memory: f32(NaN) }) }))])).toBeNull();
  });
});

describe('the global memory', () => {
  const uploads = [from('a', bank(3, 4)), from('b', bank(10), 0.5)];

  it('weighs what the accepted uploads weigh, as much as each counts', () => {
    expect(broken([aggregating(...uploads), made({ message: bank(5, 7) })])).toBeNull();
    expect(broken([aggregating(...uploads), made({ message: bank(5, 7.01) })])).toBeNull();
    expect(broken([aggregating(...uploads), made({ message: bank(5, 8) })])).toBe(
      `${prefix()}the global memory weighs 13 patches, the accepted uploads 12`,
    );
    expect(broken([aggregating(uploads[0]), made({ message: bank(5, 7) })])).toContain('weighs 12 patches');
  });

  it('weighs what a robust rule let through', () => {
    const figures = { acceptedWeight: 9 };
    expect(broken([aggregating(...uploads), made({ message: bank(9), figures })], 'norm-clip')).toBeNull();
    expect(broken([aggregating(...uploads), made({ message: bank(12), figures })], 'norm-clip')).toBe(
      `${prefix()}the global memory weighs 12 patches, the accepted uploads 9`,
    );
  });

  it('holds no upload that was refused', () => {
    const payload = bank(3);
    const message = upload('a', 1, 1, payload);
    const refused = recorded({ kind: 'refused', step: 1, from: 'a', reason: 'nonsense' });
    const before = [sent(message), delivered(message)];
    expect(broken([...before, aggregating(from('a', payload))])).toBeNull();
    expect(broken([...before, refused, aggregating(from('a', payload))])).toBe(
      `${prefix()}an upload of a that was refused is aggregated`,
    );
    expect(broken([...before, refused, aggregating(from('b', payload), from('a', bank(4)))])).toBeNull();
  });
});
