import { invariant } from '../base/errors.js';
import type { BlobMap } from '../base/blob.js';
import { serverId, type ActorId, type Receive, type Step } from './messages.js';

/** A client: waits for a broadcast, computes its share of the step, answers. */
export interface ClientState {
  readonly role: 'client';
  readonly id: ActorId;
  readonly steps: readonly Step[];
  readonly local: BlobMap;
  /** The step being computed. */
  readonly computing: number | null;
}

export function initialClient(id: ActorId, steps: readonly Step[], local: BlobMap = {}): ClientState {
  return { role: 'client', id, steps, local, computing: null };
}

export const receiveAsClient: Receive<ClientState> = (state, { from, message }) => {
  switch (message.kind) {
    case 'broadcast': {
      const job = {
        actor: state.id,
        role: 'client' as const,
        step: state.steps[message.step],
        local: state.local,
        received: [{ from, payload: message.payload }],
      };
      return {
        state: { ...state, computing: message.step },
        effects: [{ kind: 'compute', step: message.step, job }],
      };
    }
    case 'computed': {
      invariant(
        state.computing === message.step,
        `${state.id} got a result for step ${message.step} unasked`,
      );
      const { outcome, step } = message;
      return {
        state: { ...state, computing: null, local: { ...state.local, ...outcome.local } },
        effects: [
          { kind: 'send', to: serverId, message: { kind: 'upload', step, payload: outcome.message } },
        ],
      };
    }
    default:
      return { state, effects: [] };
  }
};
