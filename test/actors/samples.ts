import type { BlobReference } from '../../src/base/blob.js';
import { sha256 } from '../../src/base/hash.js';
import { serverId } from '../../src/actors/messages.js';
import type { ActorId, Effect, Envelope, Message, Reaction, Receive } from '../../src/actors/messages.js';
import type { TimerName } from '../../src/actors/messages.js';
import type { Step, StepOutcome } from '../../src/actors/steps.js';

export function blob(content: string, bytes = content.length): BlobReference {
  return { hash: sha256(content), bytes };
}

export function step(given: Partial<Step> = {}): Step {
  return {
    ...{ name: 'train', round: 1, audience: 'cohort', aggregates: true, essential: false, retains: false },
    ...given,
  };
}

export function outcome(given: Partial<StepOutcome> = {}): StepOutcome {
  return { local: {}, message: null, setup: null, figures: {}, ...given };
}

export function envelope(from: ActorId, to: ActorId, message: Message, sentAt = 0): Envelope {
  return { from, to, number: from === to ? 0 : 1, life: 0, message, sentAt };
}

/** The same, sent and (in `play`) received at that virtual second. */
export const at = (sentAt: number, given: Envelope): Envelope => ({ ...given, sentAt });

export const start = envelope(serverId, serverId, { kind: 'start' });
export const restart = (actor: ActorId) => envelope(actor, actor, { kind: 'restart' });
export const hello = (from: ActorId) => envelope(from, serverId, { kind: 'hello' });
export const goodbye = (from: ActorId, reason: string) =>
  envelope(from, serverId, { kind: 'goodbye', reason });
export const timer = (name: TimerName, token: number) =>
  envelope(serverId, serverId, { kind: 'timer', name, token });

type Content = BlobReference | null;

export function broadcast(to: ActorId, task: number, step: number, payload: Content, setup: Content = null) {
  const checksum = payload?.hash ?? null;
  return envelope(serverId, to, { kind: 'broadcast', task, step, payload, checksum, setup });
}

export function upload(from: ActorId, task: number, step: number, payload: Content) {
  const checksum = payload?.hash ?? null;
  return envelope(from, serverId, { kind: 'upload', task, step, payload, checksum });
}

/** Its payload changed on its way: the checksum is still the sender's. */
export function damaged(given: Envelope): Envelope {
  return { ...given, message: { ...given.message, payload: blob('damaged', 7) } as Message };
}

export const decline = (from: ActorId, task: number, step: number, reason: string, again = false) =>
  envelope(from, serverId, { kind: 'decline', task, step, reason, again });

export const computed = (actor: ActorId, task: number, step: number, made: Partial<StepOutcome> = {}) =>
  envelope(actor, actor, { kind: 'computed', task, step, outcome: outcome(made) });

export const failed = (actor: ActorId, task: number, step: number, reason: string) =>
  envelope(actor, actor, { kind: 'failed', task, step, reason });

export function sending(to: ActorId, { message }: Envelope): Effect {
  return { kind: 'send', to, message };
}

/** Lets a reaction that changes what it was given throw. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}

/** An actor's reaction to one envelope after others, nothing of which may be changed on the way. */
export function play<State>(
  receive: Receive<State>,
  initial: State,
  ...envelopes: readonly Envelope[]
): Reaction<State> {
  return envelopes.reduce<Reaction<State>>(
    ({ state }, received) => receive(frozen(state), frozen(received), { now: received.sentAt }),
    { state: initial, effects: [] },
  );
}
