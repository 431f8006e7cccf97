import { Observable, Subject } from 'rxjs';
import { invariant, runFailed } from '../base/errors.js';
import { receiveAsClient, type ClientState } from './client.js';
import type { Kernel } from './kernel.js';
import { serverId } from './messages.js';
import type { ActorId, Effect, Envelope, Message, RecordedEvent, StepJob, StepOutcome } from './messages.js';
import { receiveAsServer, waitingFor, type ServerState } from './server.js';

export type ActorState = ServerState | ClientState;

/** Something that happened, in the order in which it happened: what journals and progress displays subscribe to. */
export type SystemEvent =
  | { readonly kind: 'delivered'; readonly time: number; readonly envelope: Envelope }
  | { readonly kind: 'compute'; readonly time: number; readonly job: StepJob; readonly seconds: number }
  | { readonly kind: 'recorded'; readonly time: number; readonly by: ActorId; readonly event: RecordedEvent };

/** Starts a job at once and says how many virtual seconds it takes; the result is awaited when they have passed. */
export type Compute = (job: StepJob) => { readonly seconds: number; readonly outcome: Promise<StepOutcome> };

export interface ActorSystem {
  readonly events: Observable<SystemEvent>;
  stateOf(actor: ActorId): ActorState;
  /** Runs from the server's start to its end. @throws FeddymemError when the simulation gets stuck */
  run(signal?: AbortSignal): Promise<void>;
}

/**
 * Joins actors, network and compute: one stream of envelopes goes through the network to its addressees, whose
 * effects feed it again.
 */
export function createActorSystem(
  kernel: Kernel,
  actors: readonly ActorState[],
  carry: (envelopes: Observable<Envelope>) => Observable<Envelope>,
  compute: Compute,
): ActorSystem {
  const states = new Map<ActorId, ActorState>(
    actors.map((actor) => [actor.role === 'server' ? serverId : actor.id, actor]),
  );
  const outbox = new Subject<Envelope>();
  const events = new Subject<SystemEvent>();

  const stateOf = (actor: ActorId): ActorState => {
    const state = states.get(actor);
    invariant(state !== undefined, `there is no actor ${actor}`);
    return state;
  };
  const envelope = (from: ActorId, to: ActorId, message: Message): Envelope => ({
    from,
    to,
    message,
    sentAt: kernel.now(),
  });

  function deliver(delivered: Envelope): void {
    events.next({ kind: 'delivered', time: kernel.now(), envelope: delivered });
    const state = stateOf(delivered.to);
    const reaction =
      state.role === 'server' ? receiveAsServer(state, delivered) : receiveAsClient(state, delivered);
    states.set(delivered.to, reaction.state);
    for (const effect of reaction.effects) carryOut(delivered.to, effect);
  }

  function carryOut(actor: ActorId, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        outbox.next(envelope(actor, effect.to, effect.message));
        return;
      case 'compute': {
        const { seconds, outcome } = compute(effect.job);
        // A failure must wait for its virtual time like any result, not end the process as an unhandled rejection.
        outcome.catch(() => undefined);
        events.next({ kind: 'compute', time: kernel.now(), job: effect.job, seconds });
        kernel.schedule(seconds, async () => {
          deliver(envelope(actor, actor, { kind: 'computed', step: effect.step, outcome: await outcome }));
        });
        return;
      }
      case 'record':
        events.next({ kind: 'recorded', time: kernel.now(), by: actor, event: effect.event });
    }
  }

  return {
    events: events.asObservable(),
    stateOf,
    async run(signal) {
      // Delivery is an event of its own: what it throws then ends the run, where RxJS would report it to nobody.
      const subscription = carry(outbox).subscribe({
        next: (arrived) =>
          kernel.schedule(0, () => {
            deliver(arrived);
          }),
        error: (error: unknown) =>
          kernel.schedule(0, () => {
            throw error;
          }),
      });
      try {
        kernel.schedule(0, () => {
          deliver(envelope(serverId, serverId, { kind: 'start' }));
        });
        await kernel.run(signal);
      } finally {
        subscription.unsubscribe();
      }
      const server = stateOf(serverId);
      invariant(server.role === 'server', 'the server is the server');
      if (server.phase !== 'finished') {
        throw runFailed(
          `the simulation is stuck: no event is left, but in step "${server.steps[server.step].name}" the server ` +
            `(${server.phase}) still waits for ${waitingFor(server).join(', ') || 'its own result'}`,
        );
      }
      events.complete();
    },
  };
}
