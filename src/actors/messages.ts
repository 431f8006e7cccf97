import type { BlobReference } from '../base/blob.js';
import type { ContentHash } from '../base/hash.js';
import type { StepJob, StepOutcome } from './steps.js';

export type ActorId = string;
export const serverId: ActorId = 'server';

/**
 * What actors say to one another, and what the system says to them. A task is one step at one client: answers name it,
 * so that repeated, late and superseded ones are told apart.
 */
export type Message =
  | { readonly kind: 'start' }
  | ({ readonly kind: 'broadcast' } & TaskMessage & { readonly setup: BlobReference | null })
  | ({ readonly kind: 'upload' } & TaskMessage)
  /** No answer will come; `again`: worth asking once more. */
  | {
      readonly kind: 'decline';
      readonly task: number;
      readonly step: number;
      readonly reason: string;
      readonly again: boolean;
    }
  /** A client is back and has forgotten what it was doing. */
  | { readonly kind: 'hello' }
  /** A client will never answer again. */
  | { readonly kind: 'goodbye'; readonly reason: string }
  | {
      readonly kind: 'computed';
      readonly task: number;
      readonly step: number;
      readonly outcome: StepOutcome;
    }
  | {
      readonly kind: 'failed';
      readonly task: number;
      readonly step: number;
      readonly reason: string;
    }
  | { readonly kind: 'timer'; readonly name: TimerName; readonly token: number }
  /** The actor was down; what it remembers is what it had stored. */
  | { readonly kind: 'restart' };

interface TaskMessage {
  readonly task: number;
  readonly step: number;
  readonly payload: BlobReference | null;
  /** The payload's hash as its sender computed it; null without a payload. */
  readonly checksum: ContentHash | null;
}

export type TimerName = 'deadline' | 'retry' | 'open';

export interface Envelope {
  readonly from: ActorId;
  readonly to: ActorId;
  /** Counts the sender's messages from 1: copies of a message share it. */
  readonly number: number;
  /** Grows with every crash of the sender: what was on its way then never arrives. */
  readonly life: number;
  readonly message: Message;
  /** Virtual seconds at which it was sent. */
  readonly sentAt: number;
}

/** What an actor wants done. Effects are data: the system carries them out. */
export type Effect =
  | { readonly kind: 'send'; readonly to: ActorId; readonly message: Message }
  | {
      readonly kind: 'compute';
      readonly task: number;
      readonly step: number;
      readonly job: StepJob;
    }
  | {
      readonly kind: 'timer';
      readonly name: TimerName;
      readonly token: number;
      /** Virtual seconds from now. */
      readonly seconds: number;
    }
  | { readonly kind: 'record'; readonly event: RecordedEvent }
  /** Nothing sensible can follow: ends the run with an error. */
  | { readonly kind: 'abort'; readonly reason: string };

/** Milestones and decisions, for the journal and whoever else subscribes. */
export type RecordedEvent =
  | {
      readonly kind: 'step-opened';
      readonly step: number;
      readonly invited: number;
      readonly target: number;
    }
  | {
      readonly kind: 'step-done';
      readonly step: number;
      readonly accepted: number;
      readonly broadcast: BlobReference | null;
    }
  | { readonly kind: 'step-abandoned'; readonly step: number; readonly reason: string }
  /** An upload that can't be used, and why. */
  | { readonly kind: 'refused'; readonly step: number; readonly from: ActorId; readonly reason: string }
  /** An upload or broadcast that comes twice, or for something that is over. */
  | { readonly kind: 'ignored'; readonly step: number; readonly from: ActorId; readonly reason: string }
  | { readonly kind: 'late'; readonly step: number; readonly from: ActorId; readonly kept: boolean }
  | { readonly kind: 'asked-again'; readonly step: number; readonly from: ActorId; readonly tries: number }
  | { readonly kind: 'given-up'; readonly step: number; readonly from: ActorId; readonly reason: string }
  | { readonly kind: 'finished' };

/** What an actor may know beside its state and the message. */
export interface ActorContext {
  /** Virtual seconds. */
  readonly now: number;
}

/** An actor's reaction: a pure function over plain data. */
export type Receive<State> = (state: State, envelope: Envelope, context: ActorContext) => Reaction<State>;

export interface Reaction<State> {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** Length of what is encoded: payload, and setup where one goes along. */
export function payloadBytes(message: Message): number {
  switch (message.kind) {
    case 'broadcast':
      return (message.payload?.bytes ?? 0) + setupBytes(message);
    case 'upload':
      return message.payload?.bytes ?? 0;
    default:
      return 0;
  }
}

/** The part of it that a client gets once, not every round. */
export function setupBytes(message: Message): number {
  return message.kind === 'broadcast' ? (message.setup?.bytes ?? 0) : 0;
}

/** Whether what arrived is what was sent. */
export function intact({ payload, checksum }: TaskMessage): boolean {
  return (payload?.hash ?? null) === checksum;
}
