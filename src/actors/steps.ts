import type { BlobMap, BlobReference } from '../base/blob.js';
import type { ActorId } from './messages.js';

/**
 * One exchange of a method: the server broadcasts, every invited client computes and answers, the server computes over
 * the answers. What it makes is the next step's broadcast.
 */
export interface Step {
  readonly name: string;
  /** The round its bytes count for; null for what is exchanged once, before the rounds. */
  readonly round: number | null;
  /**
   * `cohort`: a sample of those who take part; `everyone` who finishes, by default all of them; `held-out`: those who
   * only receive.
   */
  readonly audience: 'cohort' | 'everyone' | 'held-out';
  /** Whether the server computes over the answers. */
  readonly aggregates: boolean;
  /** Whether nothing can follow when no answer is accepted. */
  readonly essential: boolean;
  /** Whether a client's last upload speaks for it while it is absent. */
  readonly retains: boolean;
}

/** A compute job: a step's work at one actor, over blobs. A pure function of what stands here. */
export interface StepJob {
  readonly actor: ActorId;
  readonly role: 'client' | 'server';
  readonly step: Step;
  readonly local: BlobMap;
  /** What the server gives a client at their first contact. */
  readonly setup: BlobReference | null;
  /** What the client received, or what each client sent, in the order of the clients. */
  readonly received: readonly Received[];
}

export interface Received {
  readonly from: ActorId;
  readonly payload: BlobReference | null;
  /** How much it counts: 1, or less when it is stale. */
  readonly weight: number;
}

export interface StepOutcome {
  /** New or changed entries of the actor's local state; null removes one. */
  readonly local: Readonly<Record<string, BlobReference | null>>;
  /** What to send: a client's answer, the server's next broadcast. */
  readonly message: BlobReference | null;
  /** What the server gives clients from now on at their first contact; null: what it gave before. */
  readonly setup: BlobReference | null;
  /** Scalars for the journal and the result, such as the training loss. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Local state after a step. */
export function updatedLocal(local: BlobMap, changes: StepOutcome['local']): BlobMap {
  const merged: Record<string, BlobReference> = { ...local };
  for (const [name, blob] of Object.entries(changes)) {
    if (blob) merged[name] = blob;
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a fresh object of names we know
    else delete merged[name];
  }
  return merged;
}
