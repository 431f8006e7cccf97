import { canonicalJson, sha256, type ContentHash, type Json } from '../base/hash.js';
import type { SystemEvent } from './actor-system.js';
import { payloadBytes, type Message, type Step } from './messages.js';

/** One line of the journal; `digest` runs over all lines so far. */
export interface JournalEntry {
  readonly sequence: number;
  readonly line: string;
  readonly digest: ContentHash;
}

/** Turns events into numbered lines of canonical JSON with a running digest: equal runs have equal last digests. */
export function createJournal(steps: readonly Step[]): {
  add(event: SystemEvent): JournalEntry;
  digest(): ContentHash;
} {
  let sequence = 0;
  let digest = sha256('feddymem journal 1');
  return {
    add(event) {
      const body = canonicalJson({ sequence, ...describe(event, steps) });
      digest = sha256(digest + body);
      // The first 16 digits are enough to find a divergence by eye; the full digest is in result.json.
      const line = `${body.slice(0, -1)},"digest":"${digest.slice(0, 16)}"}`;
      return { sequence: sequence++, line, digest };
    },
    digest: () => digest,
  };
}

function describe(event: SystemEvent, steps: readonly Step[]): Record<string, Json | undefined> {
  switch (event.kind) {
    case 'delivered': {
      const { from, to, message, sentAt } = event.envelope;
      const step = 'step' in message ? steps[message.step] : undefined;
      return {
        event: 'delivered',
        time: event.time,
        sentAt,
        from,
        to,
        kind: message.kind,
        step: step?.name,
        round: step?.round,
        bytes: payloadBytes(message),
        ...payloadOf(message),
      };
    }
    case 'compute':
      return {
        event: 'compute',
        time: event.time,
        at: event.job.actor,
        step: event.job.step.name,
        round: event.job.step.round,
        seconds: event.seconds,
      };
    case 'recorded': {
      const { event: recorded } = event;
      const step = 'step' in recorded ? steps[recorded.step] : undefined;
      return { event: recorded.kind, time: event.time, by: event.by, step: step?.name, round: step?.round };
    }
  }
}

function payloadOf(message: Message): Record<string, Json | undefined> {
  if (message.kind === 'broadcast' || message.kind === 'upload') return { payload: message.payload?.hash };
  if (message.kind !== 'computed') return {};
  const { local, message: made, figures } = message.outcome;
  return {
    made: made?.hash,
    local: Object.fromEntries(Object.entries(local).map(([name, blob]) => [name, blob.hash])),
    figures,
  };
}
