import { invariant } from '../base/errors.js';
import { intact, type ActorId, type Effect, type Message, type Reaction, type Receive } from './messages.js';
import { fill, goesOn } from './invitations.js';
import { accept, closeCollection, closeStep, expire, openStep, settle, tryToClose } from './rounds.js';
import { waitingFor, type ServerConfiguration, type ServerState, type Task } from './server-state.js';
import { updatedLocal } from './steps.js';
import { askAgain, findTask, repeat, followedBy } from './tasks.js';

type Reacted = Reaction<ServerState>;
type Of<Kind extends Message['kind']> = Extract<Message, { kind: Kind }>;

/** The server takes the clients through the steps of the method, one after the other. */
export function serverBehaviour(configuration: ServerConfiguration): Receive<ServerState> {
  return (state, { from, message }, { now }) => {
    switch (message.kind) {
      case 'start':
        return openStep(configuration, state, 0, null, now);
      case 'upload':
        return receiveUpload(configuration, state, from, message, now);
      case 'decline':
        return receiveDecline(configuration, state, from, message, now);
      case 'goodbye':
        return receiveGoodbye(configuration, state, from, message.reason, now);
      case 'hello': {
        const task = state.open.get(from);
        return task ? repeat(state, task) : { state, effects: [] };
      }
      case 'computed': {
        invariant(
          state.phase === 'aggregating' && state.step === message.task,
          'the server got a result unasked',
        );
        const { outcome } = message;
        const local = updatedLocal(state.local, outcome.local);
        const setup = outcome.setup ?? state.setup;
        return closeStep(configuration, { ...state, local, setup }, outcome.message, now);
      }
      case 'failed':
        return { state, effects: [{ kind: 'abort', reason: message.reason }] };
      case 'timer':
        return receiveTimer(configuration, state, message, now);
      case 'restart':
        return recover(configuration, state, now);
      default:
        return { state, effects: [] };
    }
  };
}

function receiveUpload(
  configuration: ServerConfiguration,
  state: ServerState,
  from: ActorId,
  message: Of<'upload'>,
  now: number,
): Reacted {
  const { step } = message;
  const record = (kind: 'ignored' | 'refused', reason: string): Effect => ({
    kind: 'record',
    event: { kind, step, from, reason },
  });
  const task = findTask(state, from, message.task);
  if (!task) return { state, effects: [record('ignored', 'answered before')] };
  if (!intact(message)) {
    const refused = { state, effects: [record('refused', 'damaged on its way: its checksum does not fit')] };
    return followedBy(
      refused,
      () => askAgain(configuration, state, task) ?? settle(configuration, state, task, now),
    );
  }
  const problem = configuration.inspect(configuration.steps[task.step], from, message.payload, state.local);
  if (problem === null) return accept(configuration, state, task, message.payload, now);
  return followedBy({ state, effects: [record('refused', problem)] }, () =>
    settle(configuration, state, task, now),
  );
}

function receiveDecline(
  configuration: ServerConfiguration,
  state: ServerState,
  from: ActorId,
  { task: id, reason, again }: Of<'decline'>,
  now: number,
): Reacted {
  const task = findTask(state, from, id);
  if (!task) return { state, effects: [] };
  return (
    (again ? askAgain(configuration, state, task) : null) ?? giveUp(configuration, state, task, reason, now)
  );
}

function receiveGoodbye(
  configuration: ServerConfiguration,
  state: ServerState,
  from: ActorId,
  reason: string,
  now: number,
): Reacted {
  const left = { ...state, gone: state.gone.set(from, reason) };
  const task = left.open.get(from);
  return task ? giveUp(configuration, left, task, reason, now) : { state: left, effects: [] };
}

function receiveTimer(
  configuration: ServerConfiguration,
  state: ServerState,
  { name, token }: Of<'timer'>,
  now: number,
): Reacted {
  const nothing = { state, effects: [] };
  if (token !== state.step)
    return name === 'deadline' ? expireEarlier(configuration, state, token, now) : nothing;
  if (name === 'open') {
    if (state.phase === 'waiting') return openStep(configuration, state, state.step, state.payload, now);
    return followedBy(fill(configuration, state, now), (next) => tryToClose(configuration, next, now));
  }
  if (state.phase !== 'collecting') return nothing;
  if (name === 'retry') return retry(configuration, state, now);
  const { buffer, deadline, patient } = configuration.schedule(state.step);
  if (patient && !state.isOverdue) return { state: { ...state, isOverdue: true }, effects: [] };
  const expired = buffer ? expire(state, deadline!, now) : nothing;
  return followedBy(expired, (next) => closeCollection(configuration, next, 'the deadline passed', now));
}

/** The deadline of an earlier round of a buffer: what it asked may still be out. */
function expireEarlier(
  configuration: ServerConfiguration,
  state: ServerState,
  step: number,
  now: number,
): Reacted {
  const { deadline } = configuration.schedule(step);
  if (!goesOn(configuration, step, state.step) || deadline === null || state.phase === 'waiting')
    return { state, effects: [] };
  const expired = expire(state, deadline, now);
  if (expired.effects.length === 0) return { state, effects: [] };
  return followedBy(expired, (next) =>
    followedBy(fill(configuration, next, now), (filled) => tryToClose(configuration, filled, now)),
  );
}

/** Asks everybody again who has not answered, as often as the schedule allows. */
function retry(configuration: ServerConfiguration, state: ServerState, now: number): Reacted {
  const { step } = state;
  const asked = waitingFor(state).reduce<Reacted>(
    (sofar, task) =>
      followedBy(sofar, (next) =>
        // Giving one up may have closed the step, and with it the others.
        next.open.get(task.client)?.id === task.id
          ? (askAgain(configuration, next, task) ??
            giveUp(configuration, next, task, 'no answer to any try', now))
          : { state: next, effects: [] },
      ),
    { state, effects: [] },
  );
  const policy = configuration.schedule(step).retry;
  if (!policy || asked.state.phase !== 'collecting' || asked.state.step !== step) return asked;
  const timer: Effect = { kind: 'timer', name: 'retry', token: step, seconds: policy.after };
  return { state: asked.state, effects: [...asked.effects, timer] };
}

/** After a restart: what was under way is done again, and everybody still waited for is asked again. */
function recover(configuration: ServerConfiguration, state: ServerState, now: number): Reacted {
  const { step, job } = state;
  switch (state.phase) {
    case 'finished':
      return { state, effects: [] };
    case 'aggregating': {
      const again: Reacted = { state, effects: [{ kind: 'compute', task: step, step, job: job! }] };
      return configuration.schedule(step).buffer ? askEverybody(again) : again;
    }
    case 'idle':
    case 'waiting':
      return openStep(configuration, state, step, state.payload, now);
    case 'collecting': {
      const { deadline, retry: policy } = configuration.schedule(step);
      const timers: Effect[] = [];
      if (deadline !== null) timers.push({ kind: 'timer', name: 'deadline', token: step, seconds: deadline });
      if (policy) timers.push({ kind: 'timer', name: 'retry', token: step, seconds: policy.after });
      return followedBy(askEverybody({ state: { ...state, isOverdue: false }, effects: timers }), (next) =>
        fill(configuration, next, now),
      );
    }
  }
}

function askEverybody(first: Reacted): Reacted {
  return waitingFor(first.state).reduce(
    (sofar, task) => followedBy(sofar, (next) => repeat(next, task)),
    first,
  );
}

function giveUp(
  configuration: ServerConfiguration,
  state: ServerState,
  task: Task,
  reason: string,
  now: number,
): Reacted {
  const event = { kind: 'given-up', step: task.step, from: task.client, reason } as const;
  return followedBy({ state, effects: [{ kind: 'record', event }] }, () =>
    settle(configuration, state, task, now),
  );
}
