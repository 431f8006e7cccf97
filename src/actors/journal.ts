import { canonicalJson, sha256, type ContentHash, type Json } from '../base/hash.js';
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
      const fields: Fields = { sequence };
      describe(fields, event, steps);
      const body = canonicalJson(fields);
      digest = sha256(digest + body);
      // The first 16 digits are enough to find a divergence by eye; the full digest is in result.json.
      const line = `${body.slice(0, -1)},"digest":"${digest.slice(0, 16)}"}`;
      return { sequence: sequence++, line, digest };
    },
    digest: () => digest,
  };
}

/** Filled in place: a journal has several lines for every message. */
type Fields = Record<string, Json | undefined>;

function describe(fields: Fields, event: SystemEvent, steps: readonly Step[]): void {
  fields.time = event.time;
  if (event.kind === 'recorded') {
    fields.by = event.by;
    describeRecorded(fields, event.event, steps);
    return;
  }
  fields.event = event.kind;
  switch (event.kind) {
    case 'lost':
      fields.reason = event.reason;
      break;
    case 'disturbed':
      fields.what = event.what;
      break;
    case 'compute':
      fields.at = event.job.actor;
      fields.step = event.job.step.name;
      fields.round = event.job.step.round;
      fields.seconds = event.seconds;
      break;
    case 'timer':
      fields.by = event.by;
      fields.name = event.name;
      fields.seconds = event.seconds;
      break;
    case 'crashed':
      fields.at = event.actor;
      fields.occasion = event.occasion;
      break;
    case 'restarted':
      fields.at = event.actor;
      break;
    case 'aborted':
      fields.by = event.by;
      fields.reason = event.reason;
      break;
    case 'failed':
      fields.at = event.actor;
      fields.reason = event.reason;
      fields.directive = event.directive;
  }
  if ('envelope' in event) describeEnvelope(fields, event.envelope, steps);
}

function describeEnvelope(
  fields: Fields,
  { from, to, number, message, sentAt }: Envelope,
  steps: readonly Step[],
): void {
  fields.from = from;
  fields.to = to;
  if (number !== 0) fields.number = number;
  fields.sentAt = sentAt;
  fields.kind = message.kind;
  fields.bytes = payloadBytes(message);
  if ('step' in message) {
    fields.step = steps[message.step].name;
    fields.round = steps[message.step].round;
  }
  describeMessage(fields, message);
}

function describeMessage(fields: Fields, message: Message): void {
  switch (message.kind) {
    case 'broadcast':
      describeContent(fields, message);
      if (!message.setup) return;
      fields.setup = message.setup.hash;
      fields.setupBytes = setupBytes(message);
      return;
    case 'upload':
      describeContent(fields, message);
      return;
    case 'computed': {
      const { local, message: made, setup, figures } = message.outcome;
      const hashes: Record<string, ContentHash | null> = {};
      for (const [name, blob] of Object.entries(local)) hashes[name] = blob?.hash ?? null;
      fields.made = made?.hash;
      fields.setup = setup?.hash;
      fields.local = hashes;
      fields.figures = figures;
      return;
    }
    case 'decline':
      fields.task = message.task;
      fields.reason = message.reason;
      if (message.again) fields.again = true;
      return;
    case 'failed':
    case 'goodbye':
      fields.reason = message.reason;
      return;
    case 'timer':
      fields.name = message.name;
  }
}

/** The checksum is told only where it does not fit. */
function describeContent(
  fields: Fields,
  { task, payload, checksum }: Extract<Message, { kind: 'broadcast' | 'upload' }>,
): void {
  fields.task = task;
  fields.payload = payload?.hash;
  if (checksum !== (payload?.hash ?? null)) fields.checksum = checksum;
}

function describeRecorded(fields: Fields, recorded: RecordedEvent, steps: readonly Step[]): void {
  fields.event = recorded.kind;
  if (recorded.kind === 'finished') return;
  const { kind: _, step, ...facts } = recorded;
  Object.assign(fields, facts);
  if (recorded.kind === 'step-done') fields.broadcast = recorded.broadcast?.hash;
  fields.step = steps[step].name;
  fields.round = steps[step].round;
}
