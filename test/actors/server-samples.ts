import type { BlobReference } from '../../src/base/blob.js';
import {
  serverId,
  type ActorId,
  type Effect,
  type Envelope,
  type RecordedEvent,
} from '../../src/actors/messages.js';
import { serverBehaviour } from '../../src/actors/server.js';
import { initialServer, type Invitation, type ServerConfiguration } from '../../src/actors/server-state.js';
import type { InvitationRequest, ServerState, StepSchedule } from '../../src/actors/server-state.js';
import type { Received, Step } from '../../src/actors/steps.js';
import { blob, broadcast, play, sending, upload } from './samples.js';

export const clients: readonly ActorId[] = ['c', 'a', 'b'];

export interface Given {
  readonly steps: readonly Step[];
  readonly clients?: readonly ActorId[];
  readonly heldOut?: readonly ActorId[];
  /** For all steps, or by step. */
  readonly schedule?: Partial<StepSchedule> | ((step: number) => Partial<StepSchedule>);
  readonly invite?: (request: InvitationRequest) => Invitation;
  readonly inspect?: ServerConfiguration['inspect'];
  readonly weight?: ServerConfiguration['weight'];
}

/** Everybody is asked and waited for, nothing fails, unless said otherwise. */
export function configurationOf(given: Given): ServerConfiguration {
  const { steps, heldOut = [], schedule = {}, inspect = () => null, weight = () => 1 } = given;
  const participants = given.clients ?? clients;
  const order = [...participants, ...heldOut];
  return {
    steps,
    schedule: (index) => ({
      ...{ buffer: null, deadline: null, patient: false, retry: null, minimum: 0, late: 'keep' },
      ...(typeof schedule === 'function' ? schedule(index) : schedule),
    }),
    invite:
      given.invite ??
      (({ step, wanted, isBusy, isGone }) => {
        const audience = steps[step].audience === 'held-out' ? heldOut : participants;
        const usable = audience.filter((id) => !isBusy(id) && !isGone(id)).slice(0, wanted ?? Infinity);
        return usable.length > 0
          ? { kind: 'clients', clients: usable, target: usable.length }
          : { kind: 'nobody', reason: 'no client is left' };
      }),
    rank: (client) => order.indexOf(client),
    inspect,
    weight,
  };
}

/** The server's reaction to the last of these. */
export const serve = (given: Given, ...envelopes: readonly Envelope[]) =>
  serveFrom(given, initialServer(), ...envelopes);

export const serveFrom = (given: Given, state: ServerState, ...envelopes: readonly Envelope[]) =>
  play(serverBehaviour(configurationOf(given)), state, ...envelopes);

/** What `c 0`, the answer of c to step 0, is. */
export const answerOf = (client: ActorId, step: number): BlobReference => blob(`${client} ${step}`);

/** Answers to a step that asked these clients in this order, from task number `first` on. */
export const answers = (step: number, first = 1 + clients.length * step, from = clients): Envelope[] =>
  from.map((client, index) => upload(client, first + index, step, answerOf(client, step)));

export const send = (
  to: ActorId,
  task: number,
  step: number,
  payload: BlobReference | null = null,
  setup: BlobReference | null = null,
) => sending(to, broadcast(to, task, step, payload, setup));

export const record = (event: RecordedEvent): Effect => ({ kind: 'record', event });

export const opened = (step: number, invited: number, target = invited) =>
  record({ kind: 'step-opened', step, invited, target });

export const done = (step: number, accepted: number, broadcast: BlobReference | null = null) =>
  record({ kind: 'step-done', step, accepted, broadcast });

export const finished = record({ kind: 'finished' });

/** The server's job over answers of full weight, or of the weight that is given. */
export function aggregation(
  steps: readonly Step[],
  step: number,
  from: readonly (ActorId | Partial<Received>)[],
  given: { readonly local?: Record<string, BlobReference>; readonly setup?: BlobReference } = {},
): Effect {
  const received = from.map((entry): Received =>
    typeof entry === 'string'
      ? { from: entry, payload: answerOf(entry, step), weight: 1 }
      : { from: '', payload: null, weight: 1, ...entry },
  );
  const { local = {}, setup = null } = given;
  const job = { actor: serverId, role: 'server', step: steps[step], local, setup, received } as const;
  return { kind: 'compute', task: step, step, job };
}

/** Who is asked by these effects, with the number of the task. */
export const asked = (effects: readonly Effect[]): string[] =>
  effects.flatMap((effect) =>
    effect.kind === 'send' && effect.message.kind === 'broadcast'
      ? [`${effect.to} ${effect.message.task}`]
      : [],
  );

/** What is recorded by these effects. */
export const recorded = (effects: readonly Effect[]): RecordedEvent[] =>
  effects.flatMap((effect) => (effect.kind === 'record' ? [effect.event] : []));
