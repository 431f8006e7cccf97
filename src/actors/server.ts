import { invariant } from '../base/errors.js';
import type { BlobMap, BlobReference } from '../base/blob.js';
import { serverId, type ActorId, type Effect, type Reaction, type Receive, type Step } from './messages.js';

/** The server: takes the clients through the steps of the method, one after the other. */
export interface ServerState {
  readonly role: 'server';
  readonly steps: readonly Step[];
  readonly participants: readonly ActorId[];
  readonly heldOut: readonly ActorId[];
  readonly local: BlobMap;
  /** The step under way; steps.length when finished. */
  readonly step: number;
  readonly phase: 'idle' | 'collecting' | 'aggregating' | 'finished';
  readonly answers: Readonly<Record<ActorId, BlobReference | null>>;
}

export function initialServer(
  steps: readonly Step[],
  participants: readonly ActorId[],
  heldOut: readonly ActorId[],
): ServerState {
  return { role: 'server', steps, participants, heldOut, local: {}, step: 0, phase: 'idle', answers: {} };
}

export const receiveAsServer: Receive<ServerState> = (state, { from, message }) => {
  switch (message.kind) {
    case 'start':
      return openStep(state, 0, null);
    case 'upload': {
      invariant(
        state.phase === 'collecting' && state.step === message.step,
        `${from} answers step ${message.step} while step ${state.step} is ${state.phase}`,
      );
      invariant(waitingFor(state).includes(from), `${from} answers step ${message.step} unasked, or twice`);
      const answers = { ...state.answers, [from]: message.payload };
      const collecting = { ...state, answers };
      return waitingFor(collecting).length > 0
        ? { state: collecting, effects: [] }
        : closeCollection(collecting);
    }
    case 'computed': {
      invariant(
        state.phase === 'aggregating' && state.step === message.step,
        'the server got a result unasked',
      );
      const local = { ...state.local, ...message.outcome.local };
      return closeStep({ ...state, local }, message.outcome.message);
    }
    default:
      return { state, effects: [] };
  }
};

/** Who has not answered the step under way. */
export function waitingFor(state: ServerState): readonly ActorId[] {
  return audienceOf(state, state.step).filter((id) => !Object.hasOwn(state.answers, id));
}

function audienceOf(state: ServerState, step: number): readonly ActorId[] {
  return state.steps[step].audience === 'participants' ? state.participants : state.heldOut;
}

function openStep(state: ServerState, step: number, payload: BlobReference | null): Reaction<ServerState> {
  if (step >= state.steps.length) {
    const finished: ServerState = { ...state, step, phase: 'finished', answers: {} };
    return { state: finished, effects: [{ kind: 'record', event: { kind: 'finished' } }] };
  }
  const opened: ServerState = { ...state, step, phase: 'collecting', answers: {} };
  const audience = audienceOf(state, step);
  if (audience.length === 0) return closeCollection(opened);
  const effects = audience.map((to): Effect => ({
    kind: 'send',
    to,
    message: { kind: 'broadcast', step, payload },
  }));
  return { state: opened, effects };
}

/** Everyone has answered: compute over the answers, in the order of the clients, or go on. */
function closeCollection(state: ServerState): Reaction<ServerState> {
  const step = state.steps[state.step];
  if (!step.aggregates) return closeStep(state, null);
  const received = audienceOf(state, state.step).map((from) => ({ from, payload: state.answers[from] }));
  const job = { actor: serverId, role: 'server' as const, step, local: state.local, received };
  return { state: { ...state, phase: 'aggregating' }, effects: [{ kind: 'compute', step: state.step, job }] };
}

function closeStep(state: ServerState, payload: BlobReference | null): Reaction<ServerState> {
  const next = openStep(state, state.step + 1, payload);
  const done: Effect = { kind: 'record', event: { kind: 'step-done', step: state.step, broadcast: payload } };
  return { state: next.state, effects: [done, ...next.effects] };
}
