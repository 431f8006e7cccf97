import { canonicalJson, sha256, type ContentHash, type Json } from '../base/hash.js';
import type { BlobReference } from '../base/blob.js';
import { payloadBytes, setupBytes, type Envelope, type Message, type RecordedEvent } from './messages.js';
import type { Step } from './steps.js';
import type { SystemEvent } from './system-events.js';

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
  let digest = sha256('feddymem journal 2');
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

type Fields = Record<string, Json | undefined>;

function describe(event: SystemEvent, steps: readonly Step[]): Fields {
  const { kind, time } = event;
  switch (kind) {
    case 'sent':
    case 'delivered':
      return { event: kind, time, ...describeEnvelope(event.envelope, steps) };
    case 'lost':
      return { event: kind, time, reason: event.reason, ...describeEnvelope(event.envelope, steps) };
    case 'disturbed':
      return { event: kind, time, what: event.what, ...describeEnvelope(event.envelope, steps) };
    case 'compute': {
      const { actor, step } = event.job;
      return { event: kind, time, at: actor, step: step.name, round: step.round, seconds: event.seconds };
    }
    case 'timer':
      return { event: kind, time, by: event.by, name: event.name, seconds: event.seconds };
    case 'recorded':
      return { time, by: event.by, ...describeRecorded(event.event, steps) };
    case 'crashed':
      return { event: kind, time, at: event.actor, occasion: event.occasion };
    case 'restarted':
      return { event: kind, time, at: event.actor };
    case 'failed':
      return { event: kind, time, at: event.actor, reason: event.reason, directive: event.directive };
  }
}

function describeEnvelope({ from, to, number, message, sentAt }: Envelope, steps: readonly Step[]): Fields {
  const step = 'step' in message ? steps[message.step] : undefined;
  return {
    from,
    to,
    number: number === 0 ? undefined : number,
    sentAt,
    kind: message.kind,
    step: step?.name,
    round: step?.round,
    bytes: payloadBytes(message),
    ...describeMessage(message),
  };
}

function describeMessage(message: Message): Fields {
  switch (message.kind) {
    case 'broadcast': {
      const { task, payload, setup, checksum } = message;
      const bytes = setup ? setupBytes(message) : undefined;
      return { task, ...content(payload, checksum), setup: setup?.hash, setupBytes: bytes };
    }
    case 'upload':
      return { task: message.task, ...content(message.payload, message.checksum) };
    case 'computed': {
      const { local, message: made, setup, figures } = message.outcome;
      const hashes = Object.entries(local).map(([name, blob]) => [name, blob?.hash ?? null] as const);
      return { made: made?.hash, setup: setup?.hash, local: Object.fromEntries(hashes), figures };
    }
    case 'decline':
      return { task: message.task, reason: message.reason };
    case 'failed':
    case 'goodbye':
      return { reason: message.reason };
    case 'timer':
      return { name: message.name };
    default:
      return {};
  }
}

/** The checksum is told only where it does not fit. */
function content(payload: BlobReference | null, checksum: ContentHash | null): Fields {
  const hash = payload?.hash ?? null;
  return { payload: payload?.hash, checksum: checksum === hash ? undefined : checksum };
}

function describeRecorded(recorded: RecordedEvent, steps: readonly Step[]): Fields {
  if (recorded.kind === 'finished') return { event: recorded.kind };
  const { kind, step: index, ...rest } = recorded;
  const { name, round } = steps[index];
  const facts: Fields =
    'broadcast' in rest ? { accepted: rest.accepted, broadcast: rest.broadcast?.hash } : { ...rest };
  return { event: kind, step: name, round, ...facts };
}
