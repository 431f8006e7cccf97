import type { BlobMap, BlobReference } from '../base/blob.js';

export type ActorId = string;
export const serverId: ActorId = 'server';

/**
 * One exchange of a method: the server broadcasts, every addressed client computes and answers, the server computes
 * over the answers. What it makes is the next step's broadcast.
 */
export interface Step {
  readonly name: string;
  /** The round its bytes count for; null for what is exchanged once, before the rounds. */
  readonly round: number | null;
  readonly audience: 'participants' | 'held-out';
  /** Whether the server computes over the answers. */
  readonly aggregates: boolean;
}

/** A compute job: a step's work at one actor, over blobs. */
export interface StepJob {
  readonly actor: ActorId;
  readonly role: 'client' | 'server';
  readonly step: Step;
  readonly local: BlobMap;
  /** What the client received, or what each client sent, in the order of the clients. */
  readonly received: readonly { readonly from: ActorId; readonly payload: BlobReference | null }[];
}

export interface StepOutcome {
  /** New or changed entries of the actor's local state. */
  readonly local: BlobMap;
  /** What to send: a client's answer, the server's next broadcast. */
  readonly message: BlobReference | null;
  /** Scalars for the journal and the result, such as the training loss. */
  readonly figures: Readonly<Record<string, number>>;
}

/** What actors say to one another, and what the system says to them. */
export type Message =
  | { readonly kind: 'start' }
  | { readonly kind: 'broadcast'; readonly step: number; readonly payload: BlobReference | null }
  | { readonly kind: 'upload'; readonly step: number; readonly payload: BlobReference | null }
  | { readonly kind: 'computed'; readonly step: number; readonly outcome: StepOutcome };

export interface Envelope {
  readonly from: ActorId;
  readonly to: ActorId;
  readonly message: Message;
  /** Virtual seconds at which it was sent. */
  readonly sentAt: number;
}

/** What an actor wants done. Effects are data: the system carries them out. */
export type Effect =
  | { readonly kind: 'send'; readonly to: ActorId; readonly message: Message }
  | { readonly kind: 'compute'; readonly step: number; readonly job: StepJob }
  | { readonly kind: 'record'; readonly event: RecordedEvent };

/** Milestones that subscribers (progress, evaluation) wait for. */
export type RecordedEvent =
  | { readonly kind: 'step-done'; readonly step: number; readonly broadcast: BlobReference | null }
  | { readonly kind: 'finished' };

/** An actor's reaction: a pure function over plain data. */
export type Receive<State> = (state: State, envelope: Envelope) => Reaction<State>;

export interface Reaction<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Length of the encoded payload. */
export function payloadBytes(message: Message): number {
  return message.kind === 'broadcast' || message.kind === 'upload' ? (message.payload?.bytes ?? 0) : 0;
}
