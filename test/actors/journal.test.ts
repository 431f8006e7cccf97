import { describe, expect, it } from 'vitest';
import type { SystemEvent } from '../../src/actors/actor-system.js';
import { canonicalJson } from '../../src/base/hash.js';
import { createJournal } from '../../src/actors/journal.js';
import { serverId } from '../../src/actors/messages.js';
import { blob, broadcast, computed, start, step, upload } from './samples.js';

const steps = [step({ name: 'warm-up', round: null }), step()];
const answer = blob('answer', 120);
const delivered = (time: number, envelope: ReturnType<typeof upload>): SystemEvent => ({
  kind: 'delivered',
  time,
  envelope,
});
const job = { actor: 'a', role: 'client' as const, step: steps[1], local: {}, received: [] };
const made = { local: { bank: blob('bank') }, message: answer, figures: { loss: 0.5 } };

const events: readonly SystemEvent[] = [
  delivered(0, start),
  delivered(1, { ...broadcast('a', 0, null), sentAt: 0.5 }),
  { kind: 'compute', time: 1, job, seconds: 2.25 },
  delivered(3.25, computed('a', 1, made)),
  delivered(4, upload('a', 1, answer)),
  {
    kind: 'recorded',
    time: 4,
    by: serverId,
    event: { kind: 'step-done', step: 1, broadcast: null },
  },
  { kind: 'recorded', time: 4, by: serverId, event: { kind: 'finished' } },
];

const fields = [
  { event: 'delivered', time: 0, sentAt: 0, from: 'server', to: 'server', kind: 'start', bytes: 0 },
  {
    ...{ event: 'delivered', time: 1, sentAt: 0.5, from: 'server', to: 'a', kind: 'broadcast', bytes: 0 },
    ...{ step: 'warm-up', round: null },
  },
  { event: 'compute', time: 1, at: 'a', step: 'train', round: 1, seconds: 2.25 },
  {
    ...{ event: 'delivered', time: 3.25, sentAt: 0, from: 'a', to: 'a', kind: 'computed', bytes: 0 },
    ...{ step: 'train', round: 1, made: answer.hash, local: { bank: blob('bank').hash } },
    figures: { loss: 0.5 },
  },
  {
    ...{ event: 'delivered', time: 4, sentAt: 0, from: 'a', to: 'server', kind: 'upload', bytes: 120 },
    ...{ step: 'train', round: 1, payload: answer.hash },
  },
  { event: 'step-done', time: 4, by: 'server', step: 'train', round: 1 },
  { event: 'finished', time: 4, by: 'server' },
];

const digestOf = (given: readonly SystemEvent[]) => {
  const journal = createJournal(steps);
  given.forEach((event) => journal.add(event));
  return journal.digest();
};

describe('the journal', () => {
  it('writes numbered lines of canonical JSON, each with the digest so far', () => {
    const journal = createJournal(steps);
    const digests = new Set([journal.digest()]);
    events.forEach((event, sequence) => {
      const entry = journal.add(event);
      const digest = entry.digest.slice(0, 16);
      expect(entry.sequence).toBe(sequence);
      expect(JSON.parse(entry.line)).toEqual({ sequence, ...fields[sequence], digest });
      const body = canonicalJson({ sequence, ...fields[sequence] });
      expect(entry.line).toBe(`${body.slice(0, -1)},"digest":"${digest}"}`);
      expect(journal.digest()).toBe(entry.digest);
      expect(digests).not.toContain(entry.digest);
      digests.add(entry.digest);
    });
  });

  it('has the same digest for equal events', () => {
    expect(digestOf(structuredClone(events))).toBe(digestOf(events));
  });

  const other = blob('another answer', answer.bytes);
  it.each<[string, number, SystemEvent]>([
    ['a byte count', 4, delivered(4, upload('a', 1, { ...answer, bytes: 121 }))],
    ['a payload hash', 4, delivered(4, upload('a', 1, other))],
    ['a result', 3, delivered(3.25, computed('a', 1, { ...made, message: other }))],
    ['local state', 3, delivered(3.25, computed('a', 1, { ...made, local: { bank: other } }))],
    ['a figure', 3, delivered(3.25, computed('a', 1, { ...made, figures: { loss: 0.5000000000000001 } }))],
    ['a time', 4, delivered(4.000000000000001, upload('a', 1, answer))],
    ['a sender', 4, delivered(4, upload('b', 1, answer))],
    ['the cost of a computation', 2, { kind: 'compute', time: 1, job, seconds: 2.5 }],
    ['the order', 1, events[2]],
  ])('changes its digest with %s', (_, index, event) => {
    expect(digestOf(events.with(index, event))).not.toBe(digestOf(events));
  });
});
