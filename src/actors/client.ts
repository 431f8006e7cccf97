import type { BlobMap, BlobReference } from '../base/blob.js';
import { intact, serverId, type ActorId, type Effect, type Message, type Receive } from './messages.js';
import { updatedLocal, type Step, type StepJob } from './steps.js';

/** A client: waits for a broadcast, computes its share of the step, answers. */
export interface ClientState {
  readonly role: 'client';
  readonly id: ActorId;
  readonly local: BlobMap;
  readonly setup: BlobReference | null;
  /** Under way; forgotten in a crash. */
  readonly task: { readonly id: number; readonly step: number } | null;
  /** The newest answer, kept in case it is asked for again. */
  readonly answered: {
    readonly task: number;
    readonly step: number;
    readonly payload: BlobReference | null;
  } | null;
}

export interface ClientConfiguration {
  readonly steps: readonly Step[];
  /** Whether a client leaves a step without an answer. */
  dropsOut(client: ActorId, step: number): boolean;
}

export function initialClient(id: ActorId, local: BlobMap = {}): ClientState {
  return { role: 'client', id, local, setup: null, task: null, answered: null };
}

export function clientBehaviour(configuration: ClientConfiguration): Receive<ClientState> {
  return (state, { from, message }) => {
    switch (message.kind) {
      case 'broadcast':
        return receiveBroadcast(configuration, state, from, message);
      case 'computed': {
        // A newer task has come meanwhile, or a crash: nobody waits for this one.
        if (state.task?.id !== message.task) return { state, effects: [] };
        const { outcome } = message;
        const answered = { task: message.task, step: state.task.step, payload: outcome.message };
        const local = updatedLocal(state.local, outcome.local);
        return { state: { ...state, task: null, local, answered }, effects: [upload(answered)] };
      }
      case 'failed': {
        if (state.task?.id !== message.task) return { state, effects: [] };
        const { id: task, step } = state.task;
        return { state: { ...state, task: null }, effects: [decline(task, step, message.reason)] };
      }
      case 'restart':
        return {
          state: { ...state, task: null },
          effects: [{ kind: 'send', to: serverId, message: { kind: 'hello' } }],
        };
      default:
        return { state, effects: [] };
    }
  };
}

function receiveBroadcast(
  { steps, dropsOut }: ClientConfiguration,
  state: ClientState,
  from: ActorId,
  message: Extract<Message, { kind: 'broadcast' }>,
): ReturnType<Receive<ClientState>> {
  const { task, step, payload } = message;
  const ignored = (reason: string): Effect => ({
    kind: 'record',
    event: { kind: 'ignored', step, from, reason },
  });
  if (!intact(message))
    return { state, effects: [decline(task, step, 'the broadcast was damaged on its way', true)] };
  if (state.answered && task === state.answered.task)
    return { state, effects: [ignored('answered before'), upload(state.answered)] };
  if (task <= Math.max(state.task?.id ?? 0, state.answered?.task ?? 0))
    return { state, effects: [ignored(task === state.task?.id ? 'under way' : 'superseded')] };
  if (dropsOut(state.id, step)) return { state, effects: [decline(task, step, 'dropped out')] };
  const setup = message.setup ?? state.setup;
  const job: StepJob = {
    actor: state.id,
    role: 'client',
    step: steps[step],
    local: state.local,
    setup,
    received: [{ from, payload, weight: 1 }],
  };
  return {
    state: { ...state, setup, task: { id: task, step } },
    effects: [{ kind: 'compute', task, step, job }],
  };
}

function upload({ task, step, payload }: NonNullable<ClientState['answered']>): Effect {
  const message = { kind: 'upload', task, step, payload, checksum: payload?.hash ?? null } as const;
  return { kind: 'send', to: serverId, message };
}

function decline(task: number, step: number, reason: string, again = false): Effect {
  return { kind: 'send', to: serverId, message: { kind: 'decline', task, step, reason, again } };
}
