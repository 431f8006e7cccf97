import type { BlobReference } from '../../src/base/blob.js';
import { sha256 } from '../../src/base/hash.js';
import { serverId } from '../../src/actors/messages.js';
import type { ActorId, Envelope, Message, Reaction, Step, StepOutcome } from '../../src/actors/messages.js';

export function blob(content: string, bytes = content.length): BlobReference {
  return { hash: sha256(content), bytes };
}

export function step(given: Partial<Step> = {}): Step {
  return { name: 'train', round: 1, audience: 'participants', aggregates: true, ...given };
}

export function envelope(from: ActorId, to: ActorId, message: Message, sentAt = 0): Envelope {
  return { from, to, message, sentAt };
}

export const start = envelope(serverId, serverId, { kind: 'start' });

export const upload = (from: ActorId, step: number, payload: BlobReference | null): Envelope =>
  envelope(from, serverId, { kind: 'upload', step, payload });

export const broadcast = (to: ActorId, step: number, payload: BlobReference | null): Envelope =>
  envelope(serverId, to, { kind: 'broadcast', step, payload });

export const computed = (at: ActorId, step: number, outcome: Partial<StepOutcome> = {}): Envelope =>
  envelope(at, at, {
    kind: 'computed',
    step,
    outcome: { local: {}, message: null, figures: {}, ...outcome },
  });

/** Lets a reaction that changes what it was given throw. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** An actor's reaction to one envelope after others, nothing of which may be changed on the way. */
export function play<State>(
  receive: (state: State, envelope: Envelope) => Reaction<State>,
  initial: State,
  ...envelopes: readonly Envelope[]
): Reaction<State> {
  return envelopes.reduce<Reaction<State>>(
    ({ state }, received) => receive(frozen(state), frozen(received)),
    { state: initial, effects: [] },
  );
}
