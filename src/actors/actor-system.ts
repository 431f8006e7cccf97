import { Observable, Subject } from 'rxjs';
import { isInterruption, messageOf, runFailed } from '../base/errors.js';
import type { ClientState } from './client.js';
import { noFaults, type FaultInjector } from './faults.js';
import type { Kernel } from './kernel.js';
import { serverId } from './messages.js';
import type { ActorId, Effect, Envelope, Message, Reaction, Receive } from './messages.js';
import type { Delivery } from './network.js';
import type { ServerState } from './server-state.js';
import type { Step, StepJob, StepOutcome } from './steps.js';
import { stuck } from './stuck.js';
import { escalateAll, type Supervise } from './supervision.js';
import type { SystemEvent } from './system-events.js';

/** Starts a job at once and says how many virtual seconds it takes; the result is awaited when they have passed. */
export type Compute = (job: StepJob) => { readonly seconds: number; readonly outcome: Promise<StepOutcome> };

export interface ActorSystemOptions {
  readonly kernel: Kernel;
  readonly steps: readonly Step[];
  readonly server: { readonly initial: ServerState; readonly receive: Receive<ServerState> };
  /** A client's state before its first message: nothing is kept for clients nobody has written to. */
  readonly client: {
    initial(id: ActorId): ClientState;
    readonly receive: Receive<ClientState>;
  };
  readonly carry: (envelopes: Observable<Envelope>) => Observable<Delivery>;
  readonly compute: Compute;
  /** Asked before a message reaches its addressee: what has to be waited for before it can be read, if anything. */
  readonly beforeDelivery?: (envelope: Envelope) => Promise<void> | undefined;
  readonly faults?: FaultInjector;
  readonly supervise?: Supervise;
  /** Asked after every event: whether to stop here. */
  readonly halt?: () => boolean;
}

export interface ActorSystem {
  readonly events: Observable<SystemEvent>;
  server(): ServerState;
  client(id: ActorId): ClientState;
  /** Clients that have had a message, in the order of their first one. */
  activeClients(): readonly ActorId[];
  /** Runs from the server's start to its end. @throws FeddymemError when the simulation gets stuck or is aborted */
  run(signal?: AbortSignal): Promise<void>;
}

/** What the system knows of an actor beside its state. */
interface Standing {
  /** Grows with every crash: what belongs to an earlier life is dropped. */
  life: number;
  down: boolean;
  sent: number;
  failures: number;
}

/**
 * Joins actors, network and compute: one stream of envelopes goes through the network to its addressees, whose
 * effects feed it again.
 */
export function createActorSystem(options: ActorSystemOptions): ActorSystem {
  const { kernel, steps, server, client, carry, compute } = options;
  const {
    beforeDelivery = () => undefined,
    faults = noFaults,
    supervise = escalateAll,
    halt = () => false,
  } = options;
  let serverState = server.initial;
  const clientStates = new Map<ActorId, ClientState>();
  const standings = new Map<ActorId, Standing>();
  const outbox = new Subject<Envelope>();
  const events = new Subject<SystemEvent>();

  const emit = (event: SystemEvent) => {
    events.next(event);
  };
  const clientState = (id: ActorId) => clientStates.get(id) ?? client.initial(id);
  const standingOf = (actor: ActorId): Standing => {
    let standing = standings.get(actor);
    if (!standing) standings.set(actor, (standing = { life: 0, down: false, sent: 0, failures: 0 }));
    return standing;
  };
  const toSelf = (actor: ActorId, message: Message): Envelope => ({
    from: actor,
    to: actor,
    number: 0,
    life: standingOf(actor).life,
    message,
    sentAt: kernel.now(),
  });

  function deliver(envelope: Envelope): void {
    const { to } = envelope;
    if (standingOf(to).down) {
      emit({ kind: 'lost', time: kernel.now(), envelope, reason: `${to} is down` });
      return;
    }
    emit({ kind: 'delivered', time: kernel.now(), envelope });
    let effects;
    try {
      effects = react(envelope);
    } catch (error) {
      fail(to, error, null);
      return;
    }
    for (const effect of effects) carryOut(to, effect);
  }

  function react(envelope: Envelope): readonly Effect[] {
    const context = { now: kernel.now() };
    const { to } = envelope;
    if (to === serverId) {
      const reaction: Reaction<ServerState> = server.receive(serverState, envelope, context);
      serverState = reaction.state;
      return reaction.effects;
    }
    const reaction = client.receive(clientState(to), envelope, context);
    clientStates.set(to, reaction.state);
    return reaction.effects;
  }

  function carryOut(actor: ActorId, effect: Effect): void {
    switch (effect.kind) {
      case 'send':
        send(actor, effect.to, effect.message);
        return;
      case 'compute':
        startJob(actor, effect);
        return;
      case 'timer': {
        const { name, token, seconds } = effect;
        emit({ kind: 'timer', time: kernel.now(), by: actor, name, token, seconds });
        later(actor, seconds, () => {
          deliver(toSelf(actor, { kind: 'timer', name, token }));
        });
        return;
      }
      case 'record':
        emit({ kind: 'recorded', time: kernel.now(), by: actor, event: effect.event });
        return;
      case 'abort':
        emit({ kind: 'aborted', time: kernel.now(), by: actor, reason: effect.reason });
        throw runFailed(effect.reason, 'The journal tells what happened before.');
    }
  }

  /** Does something in this life of the actor, or not at all. */
  function later(actor: ActorId, seconds: number, action: () => void | Promise<void>): void {
    const { life } = standingOf(actor);
    kernel.schedule(seconds, () => (standingOf(actor).life === life ? action() : undefined));
  }

  function send(from: ActorId, to: ActorId, message: Message): void {
    const standing = standingOf(from);
    const number = ++standing.sent;
    const envelope = { from, to, number, life: standing.life, message, sentAt: kernel.now() };
    emit({ kind: 'sent', time: kernel.now(), envelope });
    outbox.next(envelope);
  }

  function startJob(actor: ActorId, effect: Extract<Effect, { kind: 'compute' }>): void {
    const { task, step, job } = effect;
    const { seconds, outcome } = compute(job);
    // A failure must wait for its virtual time like any result, not end the process as an unhandled rejection.
    outcome.catch(() => undefined);
    emit({ kind: 'compute', time: kernel.now(), job, seconds });
    const fault = faults.onCompute(job);
    if (fault?.kind === 'crash') {
      later(actor, fault.share * seconds, () => {
        crash(actor, fault.restartAfter, `while computing ${job.step.name}`);
      });
    }
    later(actor, seconds, async () => {
      let made;
      try {
        if (fault?.kind === 'fail') throw runFailed(fault.reason);
        made = await outcome;
      } catch (error) {
        fail(actor, error, effect);
        return;
      }
      const told = toSelf(actor, { kind: 'computed', task, step, outcome: made });
      await beforeDelivery(told);
      deliver(told);
    });
  }

  function fail(
    actor: ActorId,
    error: unknown,
    during: { readonly task: number; readonly step: number } | null,
  ): void {
    // The user's Ctrl-C is no event of the simulated world: it must not get into a journal that is kept for a resume.
    if (isInterruption(error)) throw error;
    const failures = ++standingOf(actor).failures;
    const directive = supervise(actor, failures);
    if (directive === 'escalate') throw error;
    const reason = messageOf(error);
    emit({ kind: 'failed', time: kernel.now(), actor, reason, directive });
    if (directive === 'restart') restart(actor);
    else if (directive === 'stop') {
      if (actor === serverId) throw error;
      // What it still computes belongs to an earlier life, and can't fail once more.
      standingOf(actor).life++;
      send(actor, serverId, { kind: 'goodbye', reason: `stopped: ${reason}` });
      standingOf(actor).down = true;
    } else if (during) {
      const { task, step } = during;
      deliver(toSelf(actor, { kind: 'failed', task, step, reason }));
    }
  }

  function crash(actor: ActorId, restartAfter: number | null, occasion: string): void {
    const standing = standingOf(actor);
    if (standing.down) return;
    standing.life++;
    standing.down = true;
    emit({ kind: 'crashed', time: kernel.now(), actor, occasion });
    if (restartAfter === null) return;
    kernel.schedule(restartAfter, () => {
      standing.down = false;
      restart(actor);
    });
  }

  function restart(actor: ActorId): void {
    standingOf(actor).life++;
    emit({ kind: 'restarted', time: kernel.now(), actor });
    deliver(toSelf(actor, { kind: 'restart' }));
  }

  /** What the network hands over; a sender that has gone down meanwhile has not sent all of it. */
  function arrive({ envelope, fate }: Delivery): void | Promise<void> {
    const { from, life } = envelope;
    const time = kernel.now();
    const isSending = standingOf(from).life === life;
    if (fate.kind === 'disturb') emit({ kind: 'disturbed', time, envelope, what: fate.what });
    else if (fate.kind === 'crash-sender') {
      // One that is down already: the message's own arrival tells that it is lost.
      if (isSending) crash(from, fate.restartAfter, 'while sending');
    } else if (!isSending) emit({ kind: 'lost', time, envelope, reason: `${from} went down while sending` });
    else if (fate.kind === 'lose') emit({ kind: 'lost', time, envelope, reason: fate.reason });
    else {
      const ready = beforeDelivery(envelope);
      if (ready)
        return ready.then(() => {
          deliver(envelope);
        });
      deliver(envelope);
    }
  }

  return {
    events: events.asObservable(),
    server: () => serverState,
    client: clientState,
    activeClients: () => [...clientStates.keys()],
    async run(signal) {
      // Delivery is an event of its own: what it throws then ends the run, where RxJS would report it to nobody.
      const subscription = carry(outbox).subscribe({
        next: (delivery) => kernel.schedule(0, () => arrive(delivery)),
        error: (error: unknown) =>
          kernel.schedule(0, () => {
            throw error;
          }),
      });
      try {
        for (const planned of faults.crashes) {
          kernel.schedule(planned.at, () => {
            if (planned.isDue?.() ?? true) crash(planned.actor, planned.restartAfter, 'as planned');
          });
        }
        kernel.schedule(0, () => {
          deliver(toSelf(serverId, { kind: 'start' }));
        });
        const until = () => serverState.phase === 'finished' || halt();
        await kernel.run({ signal, until });
        while (!until() && serverState.isOverdue && !standingOf(serverId).down) {
          // Nothing else can come: the deadline that was put off holds.
          const { step } = serverState;
          kernel.schedule(0, () => {
            deliver(toSelf(serverId, { kind: 'timer', name: 'deadline', token: step }));
          });
          await kernel.run({ signal, until });
        }
        if (halt()) return;
      } finally {
        subscription.unsubscribe();
      }
      if (serverState.phase !== 'finished') {
        throw runFailed(
          stuck(serverState, steps, standingOf(serverId).down),
          'Give schedule a deadline or a retry, or let what crashed come back.',
        );
      }
      events.complete();
    },
  };
}
