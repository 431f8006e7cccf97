import { describe, expect, it } from 'vitest';
import type { BlobReference } from '../../src/base/blob.js';
import { canonicalJson, type Json } from '../../src/base/hash.js';
import { createJournal } from '../../src/actors/journal.js';
import { serverId, type Envelope, type RecordedEvent } from '../../src/actors/messages.js';
import type { SystemEvent } from '../../src/actors/system-events.js';
import { at, blob, broadcast, computed, damaged, decline, failed, goodbye, hello } from './samples.js';
import { restart, start, step, timer, upload } from './samples.js';

const steps = [step({ name: 'warm-up', round: null }), step()];
const [answer, setup] = [blob('answer', 120), blob('setup', 30)];
const delivered = (time: number, envelope: Envelope): SystemEvent => ({ kind: 'delivered', time, envelope });
const recorded = (event: RecordedEvent): SystemEvent => ({ kind: 'recorded', time: 4, by: serverId, event });
const job = {
  ...{ actor: 'a', role: 'client' as const, step: steps[1], local: {}, setup: null, received: [] },
};
const made = { local: { bank: blob('bank'), old: null }, message: answer, setup, figures: { loss: 0.5 } };
const given = upload('a', 7, 1, answer);

const self = (kind: string, actor = 'a') => ({ event: 'delivered', from: actor, to: actor, kind, bytes: 0 });
const train = { step: 'train', round: 1 };
const sentUpload = {
  ...{ from: 'a', to: 'server', number: 1, kind: 'upload', bytes: 120, sentAt: 0 },
  ...{ task: 7, ...train, payload: answer.hash },
};
const toServer = (kind: string) => ({
  ...{ event: 'delivered', time: 4, from: 'a', to: 'server', number: 1, kind, bytes: 0, sentAt: 0 },
});
const told = (event: string) => ({ event, time: 4, by: 'server', ...train });

/** Every kind of event, message and milestone, with the line it has. */
const lines: readonly [SystemEvent, Record<string, Json>][] = [
  [delivered(0, start), { ...self('start', 'server'), time: 0, sentAt: 0 }],
  [
    delivered(1, at(0.5, broadcast('a', 3, 0, null))),
    {
      ...{ event: 'delivered', time: 1, sentAt: 0.5, from: 'server', to: 'a', number: 1, task: 3 },
      ...{ kind: 'broadcast', bytes: 0, step: 'warm-up', round: null },
    },
  ],
  [
    { kind: 'sent', time: 1, envelope: broadcast('a', 4, 1, answer, setup) },
    {
      ...{ event: 'sent', time: 1, sentAt: 0, from: 'server', to: 'a', number: 1, task: 4 },
      ...{ kind: 'broadcast', bytes: 150, ...train, payload: answer.hash },
      ...{ setup: setup.hash, setupBytes: 30 },
    },
  ],
  [
    { kind: 'compute', time: 1, job, seconds: 2.25 },
    { event: 'compute', time: 1, at: 'a', ...train, seconds: 2.25 },
  ],
  [
    delivered(3.25, at(3.25, computed('a', 7, 1, made))),
    {
      ...{ ...self('computed'), time: 3.25, sentAt: 3.25, ...train, made: answer.hash, setup: setup.hash },
      ...{ local: { bank: blob('bank').hash, old: null }, figures: { loss: 0.5 } },
    },
  ],
  [delivered(4, given), { event: 'delivered', time: 4, ...sentUpload }],
  [
    { kind: 'lost', time: 4, envelope: given, reason: 'why' },
    { event: 'lost', time: 4, reason: 'why', ...sentUpload },
  ],
  [
    { kind: 'disturbed', time: 4, envelope: given, what: 'duplicated' },
    { event: 'disturbed', time: 4, what: 'duplicated', ...sentUpload },
  ],
  [
    delivered(4, damaged(given)),
    {
      ...{ event: 'delivered', time: 4, ...sentUpload, bytes: 7 },
      ...{ payload: blob('damaged').hash, checksum: answer.hash },
    },
  ],
  [delivered(4, decline('a', 7, 1, 'why')), { ...toServer('decline'), task: 7, ...train, reason: 'why' }],
  [delivered(4, hello('a')), toServer('hello')],
  [delivered(4, goodbye('a', 'why')), { ...toServer('goodbye'), reason: 'why' }],
  [
    delivered(4, failed('a', 7, 1, 'why')),
    { ...self('failed'), time: 4, sentAt: 0, ...train, reason: 'why' },
  ],
  [delivered(4, restart('a')), { ...self('restart'), time: 4, sentAt: 0 }],
  [delivered(4, timer('open', 1)), { ...self('timer', 'server'), time: 4, sentAt: 0, name: 'open' }],
  [
    { kind: 'timer', time: 4, by: serverId, name: 'retry', token: 1, seconds: 5 },
    { event: 'timer', time: 4, by: 'server', name: 'retry', seconds: 5 },
  ],
  [
    { kind: 'crashed', time: 4, actor: 'a', occasion: 'while sending' },
    { event: 'crashed', time: 4, at: 'a', occasion: 'while sending' },
  ],
  [
    { kind: 'restarted', time: 4, actor: 'a' },
    { event: 'restarted', time: 4, at: 'a' },
  ],
  [
    { kind: 'aborted', time: 5, by: 'server', reason: 'nobody answered' },
    { event: 'aborted', time: 5, by: 'server', reason: 'nobody answered' },
  ],
  [
    { kind: 'failed', time: 4, actor: 'a', reason: 'why', directive: 'stop' },
    { event: 'failed', time: 4, at: 'a', reason: 'why', directive: 'stop' },
  ],
  [
    recorded({ kind: 'step-opened', step: 1, invited: 3, target: 2 }),
    { ...told('step-opened'), invited: 3, target: 2 },
  ],
  [
    recorded({ kind: 'step-done', step: 1, accepted: 2, broadcast: null }),
    { ...told('step-done'), accepted: 2 },
  ],
  [
    recorded({ kind: 'step-done', step: 1, accepted: 2, broadcast: answer }),
    { ...told('step-done'), accepted: 2, broadcast: answer.hash },
  ],
  [
    recorded({ kind: 'step-abandoned', step: 1, reason: 'why' }),
    { ...told('step-abandoned'), reason: 'why' },
  ],
  [
    recorded({ kind: 'refused', step: 1, from: 'a', reason: 'why' }),
    { ...told('refused'), from: 'a', reason: 'why' },
  ],
  [
    recorded({ kind: 'ignored', step: 1, from: 'a', reason: 'why' }),
    { ...told('ignored'), from: 'a', reason: 'why' },
  ],
  [recorded({ kind: 'late', step: 1, from: 'a', kept: true }), { ...told('late'), from: 'a', kept: true }],
  [
    recorded({ kind: 'asked-again', step: 1, from: 'a', tries: 2 }),
    { ...told('asked-again'), from: 'a', tries: 2 },
  ],
  [
    recorded({ kind: 'given-up', step: 1, from: 'a', reason: 'why' }),
    { ...told('given-up'), from: 'a', reason: 'why' },
  ],
  [recorded({ kind: 'finished' }), { event: 'finished', time: 4, by: 'server' }],
];
const events = lines.map(([event]) => event);

const digestOf = (given: readonly SystemEvent[]) => {
  const journal = createJournal(steps);
  given.forEach((event) => journal.add(event));
  return journal.digest();
};

describe('the journal', () => {
  it('writes numbered lines of canonical JSON, each with the digest so far', () => {
    const journal = createJournal(steps);
    const digests = new Set([journal.digest()]);
    lines.forEach(([event, fields], sequence) => {
      const entry = journal.add(event);
      const digest = entry.digest.slice(0, 16);
      expect(entry.sequence).toBe(sequence);
      expect(JSON.parse(entry.line)).toEqual({ sequence, ...fields, digest });
      const body = canonicalJson({ sequence, ...fields });
      expect(entry.line).toBe(`${body.slice(0, -1)},"digest":"${digest}"}`);
      expect(journal.digest()).toBe(entry.digest);
      expect(digests).not.toContain(entry.digest);
      digests.add(entry.digest);
    });
  });

  it('has the same digest for equal events', () => {
    expect(digestOf(structuredClone(events))).toBe(digestOf(events));
    expect(digestOf(events.slice(1))).not.toBe(digestOf(events));
  });

  const other = blob('another answer', answer.bytes);
  const again = (payload: BlobReference) => delivered(4, upload('a', 7, 1, payload));
  const result = (change: object) => delivered(3.25, at(3.25, computed('a', 7, 1, { ...made, ...change })));
  it.each<[string, number, SystemEvent]>([
    ['a byte count', 5, again({ ...answer, bytes: 121 })],
    ['a payload hash', 5, again(other)],
    ['a task', 5, delivered(4, upload('a', 8, 1, answer))],
    [
      'a checksum',
      5,
      delivered(4, { ...given, message: { ...given.message, checksum: other.hash } as never }),
    ],
    ['a message number', 5, delivered(4, { ...given, number: 2 })],
    ['a time', 5, delivered(4.000000000000001, given)],
    ['a sender', 5, delivered(4, upload('b', 7, 1, answer))],
    ['a result', 4, result({ message: other })],
    ['local state', 4, result({ local: { bank: other, old: null } })],
    ['what leaves local state', 4, result({ local: { bank: made.local.bank } })],
    ['the setup that is made', 4, result({ setup: other })],
    ['a figure', 4, result({ figures: { loss: 0.5000000000000001 } })],
    [
      'the setup that is sent',
      2,
      { kind: 'sent', time: 1, envelope: broadcast('a', 4, 1, answer, { ...other, bytes: 30 }) },
    ],
    ['the cost of a computation', 3, { kind: 'compute', time: 1, job, seconds: 2.5 }],
    ['the order', 1, events[2]],
  ])('changes its digest with %s', (_, index, event) => {
    expect(digestOf(events.with(index, event))).not.toBe(digestOf(events));
  });
});
