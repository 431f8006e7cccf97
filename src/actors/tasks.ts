import type { ActorId, Effect, Reaction } from './messages.js';
import type { ServerConfiguration, ServerState, Task } from './server-state.js';

/** Asks clients for the step under way. */
export function addTasks(
  state: ServerState,
  clients: readonly ActorId[],
  now: number,
): Reaction<ServerState> {
  const { step, nextTask, payload, setup } = state;
  const tasks = clients.map((client, index): Task => ({
    id: nextTask + index,
    client,
    step,
    tries: 1,
    sentAt: now,
    payload,
    setup,
  }));
  const open = state.open.withMutations((map) => {
    for (const task of tasks) map.set(task.client, task);
  });
  const next = { ...state, open, nextTask: nextTask + tasks.length };
  return { state: next, effects: tasks.map((task) => ask(next, task)) };
}

/** Sends a task; a client that may not have it gets the setup along. */
export function ask({ acquainted }: ServerState, { id, client, step, payload, setup }: Task): Effect {
  const knows = setup === null || acquainted.get(client)?.hash === setup.hash;
  return {
    kind: 'send',
    to: client,
    message: {
      kind: 'broadcast',
      task: id,
      step,
      payload,
      checksum: payload?.hash ?? null,
      setup: knows ? null : setup,
    },
  };
}

/** Asks once more, if the schedule allows. */
export function askAgain(
  configuration: ServerConfiguration,
  state: ServerState,
  task: Task,
): Reaction<ServerState> | null {
  const policy = configuration.schedule(task.step).retry;
  const open = state.open.get(task.client)?.id === task.id;
  if (!open || policy === null || task.tries > policy.times) return null;
  return repeat(state, task);
}

/** Asks once more, whatever the schedule says. */
export function repeat(state: ServerState, task: Task): Reaction<ServerState> {
  const again = { ...task, tries: task.tries + 1 };
  const event = { kind: 'asked-again', step: task.step, from: task.client, tries: again.tries } as const;
  return {
    state: { ...state, open: state.open.set(task.client, again) },
    effects: [{ kind: 'record', event }, ask(state, again)],
  };
}

/** The task that an answer names, if it is that client's and has no answer yet. */
export function findTask(state: ServerState, client: ActorId, id: number): Task | null {
  const open = state.open.get(client);
  if (open?.id === id) return open;
  const overdue = state.overdue.get(id);
  return overdue?.client === client ? overdue : null;
}

/** One reaction after another. */
export function followedBy(
  first: Reaction<ServerState>,
  next: (state: ServerState) => Reaction<ServerState>,
): Reaction<ServerState> {
  const second = next(first.state);
  return second.effects.length === 0 && second.state === first.state
    ? first
    : { state: second.state, effects: [...first.effects, ...second.effects] };
}
