import { Map as PersistentMap } from 'immutable';
import type { BlobMap, BlobReference } from '../base/blob.js';
import type { ActorId } from './messages.js';
import type { Step, StepJob } from './steps.js';

/** Something that a client was asked. */
export interface Task {
  readonly id: number;
  readonly client: ActorId;
  readonly step: number;
  /** How often it was sent. */
  readonly tries: number;
  /** Virtual seconds of the first time. */
  readonly sentAt: number;
  /** What it broadcasts, whatever the server has by now. */
  readonly payload: BlobReference | null;
  /** What the client has when it answers. */
  readonly setup: BlobReference | null;
}

export interface Answer {
  readonly payload: BlobReference | null;
  /** The step that was answered, which may be an earlier one than the server's. */
  readonly step: number;
}

/** The server: plain data; maps are persistent, so that a step over thousands of clients stays cheap. */
export interface ServerState {
  readonly role: 'server';
  readonly local: BlobMap;
  /** The step under way; steps.length when finished. */
  readonly step: number;
  /** `waiting`: for somebody to become available. */
  readonly phase: 'idle' | 'waiting' | 'collecting' | 'aggregating' | 'finished';
  /** What the step under way broadcasts. */
  readonly payload: BlobReference | null;
  readonly setup: BlobReference | null;
  readonly nextTask: number;
  /** Answers that are enough for the step under way. */
  readonly target: number;
  /** What the step under way waits for, by client. */
  readonly open: PersistentMap<ActorId, Task>;
  /** What was asked in steps that are over, or given up, by number: its answer would be late. */
  readonly overdue: PersistentMap<number, Task>;
  readonly answers: PersistentMap<ActorId, Answer>;
  /** Whether the deadline of the step under way has passed, and was put off until nothing else can come. */
  readonly isOverdue: boolean;
  /** How many were accepted in the step that is closing. */
  readonly accepted: number;
  /** The aggregation under way. */
  readonly job: StepJob | null;
  /**
   * Who was given up or refused in the step under way: a buffer does not ask them again before the next one, nor before
   * this virtual second, unless they answer.
   */
  readonly settled: PersistentMap<ActorId, number>;
  /** Last uploads, which speak for absent clients. */
  readonly held: PersistentMap<ActorId, Answer>;
  /** Who has which setup for certain. */
  readonly acquainted: PersistentMap<ActorId, BlobReference>;
  /** Clients that will never answer again. */
  readonly gone: PersistentMap<ActorId, string>;
}

export function initialServer(): ServerState {
  return {
    role: 'server',
    local: {},
    step: 0,
    phase: 'idle',
    payload: null,
    setup: null,
    nextTask: 1,
    target: 0,
    open: PersistentMap(),
    overdue: PersistentMap(),
    answers: PersistentMap(),
    isOverdue: false,
    accepted: 0,
    job: null,
    settled: PersistentMap(),
    held: PersistentMap(),
    acquainted: PersistentMap(),
    gone: PersistentMap(),
  };
}

/** How a step is run. */
export interface StepSchedule {
  /** Asynchronous with a buffer (FedBuff, Nguyen et al. 2022): aggregate every `size` uploads, keep `concurrency` busy. */
  readonly buffer: { readonly size: number; readonly concurrency: number } | null;
  /** Virtual seconds after which the server goes on with what it has. */
  readonly deadline: number | null;
  /** Whether it waits for whoever can still answer: the deadline holds once nothing else can come. */
  readonly patient: boolean;
  readonly retry: { readonly after: number; readonly times: number } | null;
  /** Fewer accepted uploads abandon the step. */
  readonly minimum: number;
  /** What becomes of an upload for a step that is over. */
  readonly late: 'keep' | 'discard';
}

export type Invitation =
  | { readonly kind: 'clients'; readonly clients: readonly ActorId[]; readonly target: number }
  | { readonly kind: 'wait'; readonly until: number }
  | { readonly kind: 'nobody'; readonly reason: string };

export interface InvitationRequest {
  readonly step: number;
  readonly now: number;
  /** Buffered steps: how many to add; null: the whole cohort. */
  readonly wanted: number | null;
  /** The first task number of this invitation: where its draw comes from. */
  readonly ordinal: number;
  isBusy(client: ActorId): boolean;
  isGone(client: ActorId): boolean;
}

/** What the server's reactions depend on beside its state; all functions are pure. */
export interface ServerConfiguration {
  readonly steps: readonly Step[];
  schedule(step: number): StepSchedule;
  invite(request: InvitationRequest): Invitation;
  /** A client's place in the order of the clients. */
  rank(client: ActorId): number;
  /** Why an upload can't be used, or null. */
  inspect(step: Step, from: ActorId, payload: BlobReference | null, local: BlobMap): string | null;
  /** What an upload counts in a step that is `missed` rounds old, an absent client's or a stale answer; 0 forgets it. */
  weight(step: number, kind: 'absent' | 'stale', missed: number): number;
}

/** Who has not answered what the step under way waits for, in the order of asking. */
export function waitingFor(state: ServerState): readonly Task[] {
  return [...state.open.values()].sort((a, b) => a.id - b.id);
}
