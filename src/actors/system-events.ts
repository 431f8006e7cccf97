import type { ActorId, Envelope, RecordedEvent, TimerName } from './messages.js';
import type { StepJob } from './steps.js';
import type { Directive } from './supervision.js';

/** Something that happened, in the order in which it happened: what journals and progress displays subscribe to. */
export type SystemEvent = { readonly time: number } & (
  | { readonly kind: 'sent'; readonly envelope: Envelope }
  | { readonly kind: 'delivered'; readonly envelope: Envelope }
  | { readonly kind: 'lost'; readonly envelope: Envelope; readonly reason: string }
  /** The network did something to a message. */
  | { readonly kind: 'disturbed'; readonly envelope: Envelope; readonly what: string }
  | { readonly kind: 'compute'; readonly job: StepJob; readonly seconds: number }
  | {
      readonly kind: 'timer';
      readonly by: ActorId;
      readonly name: TimerName;
      readonly token: number;
      readonly seconds: number;
    }
  | { readonly kind: 'recorded'; readonly by: ActorId; readonly event: RecordedEvent }
  | { readonly kind: 'crashed'; readonly actor: ActorId; readonly occasion: string }
  | { readonly kind: 'restarted'; readonly actor: ActorId }
  /** The last event of a run that can't go on. */
  | { readonly kind: 'aborted'; readonly by: ActorId; readonly reason: string }
  | {
      readonly kind: 'failed';
      readonly actor: ActorId;
      readonly reason: string;
      readonly directive: Directive;
    }
);
