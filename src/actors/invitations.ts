import { Map as PersistentMap } from 'immutable';
import type { ActorId, Effect, Reaction } from './messages.js';
import type { Invitation, ServerConfiguration, ServerState } from './server-state.js';
import { addTasks } from './tasks.js';

/** Whom the server asks, and when a buffer asks more. */

/**
 * Whom a step that opens asks. Who is still at work on what was given up would begin anew: it is asked only where nobody
 * else is there.
 */
export function invitationTo(
  configuration: ServerConfiguration,
  state: ServerState,
  now: number,
): Invitation {
  const { step, nextTask: ordinal, open, settled } = state;
  const { buffer } = configuration.schedule(step);
  const wanted = buffer && buffer.concurrency - open.size;
  const first = configuration.invite({ step, now, wanted, ordinal, ...standing(state) });
  if (first.kind === 'clients' || open.size > 0 || settled.size === 0) return first;
  return configuration.invite({
    ...{ step, now, wanted, ordinal },
    ...standing({ ...state, settled: PersistentMap() }),
  });
}

/** Keeps as many clients of a buffered step busy as it wants, as long as something can take their answers. */
export function fill(
  configuration: ServerConfiguration,
  state: ServerState,
  now: number,
): Reaction<ServerState> {
  const { step } = state;
  if (takenBy(configuration, state) === null) return { state, effects: [] };
  const { buffer } = configuration.schedule(step);
  const wanted = buffer ? buffer.concurrency - state.open.size : 0;
  if (wanted <= 0) return { state, effects: [] };
  const invitation = configuration.invite({ step, now, wanted, ordinal: state.nextTask, ...standing(state) });
  if (invitation.kind === 'clients') return addTasks(state, invitation.clients, now);
  const idle = invitation.kind === 'wait' && state.open.size === 0;
  return { state, effects: idle ? [wake(step, invitation.until - now)] : [] };
}

/** Whether a step takes up what the one before it was asked. */
export function goesOn({ steps, schedule }: ServerConfiguration, step: number, next: number): boolean {
  return next < steps.length && schedule(next).buffer !== null && steps[next].name === steps[step].name;
}

/** The step whose aggregation an answer that comes now would be in; null: none. */
export function takenBy(configuration: ServerConfiguration, { phase, step }: ServerState): number | null {
  if (phase === 'collecting') return step;
  return phase === 'aggregating' && goesOn(configuration, step, step + 1) ? step + 1 : null;
}

/** Whether anybody is left to ask in a buffered step. */
export function mayFill(configuration: ServerConfiguration, state: ServerState, now: number): boolean {
  const { step } = state;
  if (configuration.schedule(step).buffer === null) return false;
  const request = { step, now, wanted: 1, ordinal: state.nextTask, ...standing(state) };
  return configuration.invite(request).kind !== 'nobody';
}

function standing({ open, answers, settled, gone }: ServerState) {
  return {
    isBusy: (client: ActorId) => open.has(client) || answers.has(client) || settled.has(client),
    isGone: (client: ActorId) => gone.has(client),
  };
}

export function wake(step: number, seconds: number): Effect {
  return { kind: 'timer', name: 'open', token: step, seconds };
}
