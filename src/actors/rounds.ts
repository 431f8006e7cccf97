import { Map as PersistentMap } from 'immutable';
import { serverId, type ActorId, type Effect, type Reaction } from './messages.js';
import type { BlobReference } from '../base/blob.js';
import type { Answer, ServerConfiguration, ServerState, Task } from './server-state.js';
import type { Received, StepJob } from './steps.js';
import { fill, goesOn, invitationTo, mayFill, takenBy, wake } from './invitations.js';
import { addTasks, followedBy } from './tasks.js';

/** How steps open and close. One reaction may close a step, open the next, and close that too. */

type Reacted = Reaction<ServerState>;

export function openStep(
  configuration: ServerConfiguration,
  before: ServerState,
  step: number,
  payload: BlobReference | null,
  now: number,
): Reacted {
  const { steps } = configuration;
  const left = leaveStep(configuration, before, step);
  if (step >= steps.length) {
    const finished: ServerState = { ...left, step, phase: 'finished', payload: null };
    return { state: finished, effects: [{ kind: 'record', event: { kind: 'finished' } }] };
  }
  const { buffer, deadline, retry } = configuration.schedule(step);
  const state: ServerState = {
    ...left,
    step,
    phase: 'collecting',
    payload,
    job: null,
    isOverdue: false,
    settled: buffer ? left.settled.filter((until) => until > now) : PersistentMap(),
  };
  const invitation = invitationTo(configuration, state, now);
  if (invitation.kind === 'wait' && state.open.size === 0) {
    return { state: { ...state, phase: 'waiting' }, effects: [wake(step, invitation.until - now)] };
  }
  if (invitation.kind === 'nobody' && state.open.size === 0)
    return closeCollection(configuration, state, invitation.reason, now);
  const invited = invitation.kind === 'clients' ? invitation.clients : [];
  const target = buffer?.size ?? (invitation.kind === 'clients' ? invitation.target : 0);
  const asked = addTasks({ ...state, target }, invited, now);
  const opened: Effect = {
    kind: 'record',
    event: { kind: 'step-opened', step, invited: invited.length, target },
  };
  const timers: Effect[] = [
    ...(deadline === null ? [] : [timer('deadline', step, deadline)]),
    ...(retry === null ? [] : [timer('retry', step, retry.after)]),
  ];
  const opening = { state: asked.state, effects: [opened, ...asked.effects, ...timers] };
  return followedBy(opening, (next) => tryToClose(configuration, next, now));
}

/** Puts an answer where it belongs. */
export function accept(
  configuration: ServerConfiguration,
  state: ServerState,
  task: Task,
  payload: BlobReference | null,
  now: number,
): Reacted {
  const { client, step } = task;
  const answer: Answer = { payload, step };
  const current = task.setup !== null && task.setup.hash === state.setup?.hash;
  const knows = current ? state.acquainted.set(client, task.setup) : state.acquainted;
  const open = state.open.get(client)?.id === task.id;
  const known: ServerState = {
    ...state,
    acquainted: knows,
    overdue: state.overdue.delete(task.id),
    settled: state.settled.delete(client),
    open: open ? state.open.delete(client) : state.open,
  };
  const taker = takenBy(configuration, state);
  if (open && taker !== null && staleWeight(configuration, taker, step) > 0) {
    const answered = { ...known, answers: known.answers.set(client, answer) };
    // The last answer that a buffer takes leaves nothing to ask for.
    return goesOn(configuration, state.step, state.step + 1)
      ? followedBy(fill(configuration, answered, now), (next) => tryToClose(configuration, next, now))
      : followedBy(tryToClose(configuration, answered, now), (next) => fill(configuration, next, now));
  }
  const { late } = configuration.schedule(step);
  const kept =
    late === 'keep' && configuration.steps[step].retains && (state.held.get(client)?.step ?? -1) < step;
  const tooLate: Reacted = {
    state: kept ? { ...known, held: known.held.set(client, answer) } : known,
    effects: [{ kind: 'record', event: { kind: 'late', step, from: client, kept } }],
  };
  const filled = followedBy(tooLate, (next) => fill(configuration, next, now));
  return open ? followedBy(filled, (next) => tryToClose(configuration, next, now)) : filled;
}

/** Goes on without an answer to a task. */
export function settle(
  configuration: ServerConfiguration,
  state: ServerState,
  { id, client }: Task,
  now: number,
): Reacted {
  if (state.open.get(client)?.id !== id)
    return { state: { ...state, overdue: state.overdue.delete(id) }, effects: [] };
  const without = { ...state, open: state.open.delete(client), settled: state.settled.set(client, now) };
  return followedBy(fill(configuration, without, now), (next) => tryToClose(configuration, next, now));
}

/** The deadline of a buffered step: what has been out for too long is given up, and others are asked. */
export function expire(state: ServerState, deadline: number, now: number): Reacted {
  const expired = [...state.open.values()]
    .filter(({ sentAt }) => sentAt + deadline <= now)
    .sort((a, b) => a.id - b.id);
  const effects = expired.map(({ client: from, step }): Effect => ({
    kind: 'record',
    event: { kind: 'given-up', step, from, reason: 'the deadline passed' },
  }));
  const next = {
    ...state,
    open: state.open.deleteAll(expired.map(({ client }) => client)),
    overdue: state.overdue.concat(expired.map((task) => [task.id, task] as const)),
    // They are at work still. Asked again they would begin anew, and be given up again.
    settled: state.settled.concat(
      expired.map(({ client, sentAt }) => [client, sentAt + 2 * deadline] as const),
    ),
  };
  return { state: next, effects };
}

export function tryToClose(configuration: ServerConfiguration, state: ServerState, now: number): Reacted {
  if (state.phase !== 'collecting') return { state, effects: [] };
  const complete =
    state.answers.size >= state.target || (state.open.size === 0 && !mayFill(configuration, state, now));
  const occasion = state.open.size === 0 ? 'nobody is left to answer' : 'the step takes no more';
  return complete ? closeCollection(configuration, state, occasion, now) : { state, effects: [] };
}

/** Enough, or all there will be: compute over the answers, in the order of the clients, or go on. */
export function closeCollection(
  configuration: ServerConfiguration,
  state: ServerState,
  occasion: string,
  now: number,
): Reacted {
  const index = state.step;
  const step = configuration.steps[index];
  const { minimum } = configuration.schedule(index);
  if (state.answers.size < minimum) {
    const few = `${state.answers.size} of at least ${minimum} uploads accepted: ${occasion}`;
    return abandon(configuration, state, few, now);
  }
  const accepted = state.answers.size;
  if (!step.aggregates)
    return closeStep(configuration, { ...state, accepted, answers: PersistentMap() }, null, now);
  const received = receivedBy(configuration, state);
  const job: StepJob = {
    actor: serverId,
    role: 'server',
    step,
    local: state.local,
    setup: state.setup,
    received,
  };
  const speaking = new Set(received.map(({ from }) => from));
  const held = step.retains
    ? state.held.filter((_, client) => speaking.has(client)).concat(state.answers)
    : state.held;
  return {
    state: { ...state, phase: 'aggregating', held, answers: PersistentMap(), accepted, job },
    effects: [{ kind: 'compute', task: index, step: index, job }],
  };
}

export function closeStep(
  configuration: ServerConfiguration,
  state: ServerState,
  payload: BlobReference | null,
  now: number,
): Reacted {
  const done: Effect = {
    kind: 'record',
    event: { kind: 'step-done', step: state.step, accepted: state.accepted, broadcast: payload },
  };
  return followedBy({ state, effects: [done] }, (next) =>
    openStep(configuration, next, state.step + 1, payload, now),
  );
}

/** A step without a result: the next one goes on from what this one broadcast. */
function abandon(
  configuration: ServerConfiguration,
  state: ServerState,
  reason: string,
  now: number,
): Reacted {
  const { step } = state;
  const abandoned: Effect = { kind: 'record', event: { kind: 'step-abandoned', step, reason } };
  const { essential, name } = configuration.steps[step];
  if (essential) {
    const problem = `step "${name}" was abandoned (${reason}), and nothing can follow without it`;
    return { state, effects: [abandoned, { kind: 'abort', reason: problem }] };
  }
  return followedBy({ state, effects: [abandoned] }, (next) =>
    openStep(configuration, next, step + 1, next.payload, now),
  );
}

/** What the server computes over: accepted answers, and absent clients' last uploads, by rank. */
function receivedBy(configuration: ServerConfiguration, state: ServerState): Received[] {
  const step = configuration.steps[state.step];
  const age = (answered: number) => (step.round ?? 0) - (configuration.steps[answered].round ?? 0);
  const ranked: { readonly rank: number; readonly received: Received }[] = [];
  const add = (from: ActorId, payload: BlobReference | null, weight: number) => {
    if (weight > 0) ranked.push({ rank: configuration.rank(from), received: { from, payload, weight } });
  };
  state.answers.forEach(({ payload, step: answered }, from) => {
    add(from, payload, staleWeight(configuration, state.step, answered));
  });
  if (step.retains) {
    state.held.forEach(({ payload, step: answered }, from) => {
      if (!state.answers.has(from))
        add(from, payload, configuration.weight(state.step, 'absent', age(answered)));
    });
  }
  return ranked.sort((a, b) => a.rank - b.rank).map(({ received }) => received);
}

/** Answers of a step that is over are late; only a buffer goes on taking them. */
function leaveStep(configuration: ServerConfiguration, state: ServerState, next: number): ServerState {
  if (goesOn(configuration, state.step, next)) {
    const answers = state.answers.filter(({ step }) => staleWeight(configuration, next, step) > 0);
    return { ...state, answers };
  }
  const overdue = state.overdue.concat([...state.open.values()].map((task) => [task.id, task] as const));
  return { ...state, open: PersistentMap(), overdue, answers: PersistentMap() };
}

function staleWeight({ steps, weight }: ServerConfiguration, step: number, answered: number): number {
  return weight(step, 'stale', (steps[step].round ?? 0) - (steps[answered].round ?? 0));
}

function timer(name: 'deadline' | 'retry', token: number, seconds: number): Effect {
  return { kind: 'timer', name, token, seconds };
}
