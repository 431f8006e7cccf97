import { createActorSystem, type ActorSystemOptions, type Compute } from '../../src/actors/actor-system.js';
import { clientBehaviour, initialClient } from '../../src/actors/client.js';
import type { FaultInjector } from '../../src/actors/faults.js';
import { createJournal } from '../../src/actors/journal.js';
import { createKernel } from '../../src/actors/kernel.js';
import { kernelScheduler } from '../../src/actors/kernel-scheduler.js';
import { serverId, type ActorId, type Envelope, type RecordedEvent } from '../../src/actors/messages.js';
import { network, reliable, transferSeconds, type Delivery } from '../../src/actors/network.js';
import { serverBehaviour } from '../../src/actors/server.js';
import { initialServer } from '../../src/actors/server-state.js';
import type { StepJob, StepOutcome } from '../../src/actors/steps.js';
import type { SystemEvent } from '../../src/actors/system-events.js';
import { blob, outcome, step } from './samples.js';
import { configurationOf, type Given } from './server-samples.js';

export const steps = [
  step({ name: 'warm-up', round: null, audience: 'everyone', aggregates: false }),
  step({ name: 'train', round: 1 }),
  step({ name: 'train', round: 2 }),
  step({ name: 'examine', round: null, audience: 'held-out', aggregates: false }),
];
export const participants = ['a', 'b', 'c', 'd'];
export const heldOut = ['x', 'y'];

/** A deterministic outcome of everything a job is given. */
export function outcomeOf(job: StepJob): StepOutcome {
  const given = JSON.stringify(job);
  return outcome({
    local: { bank: blob(given) },
    message: blob(`${given}!`, 1000),
    setup: job.role === 'server' ? blob('setup', 500) : null,
    figures: { length: given.length },
  });
}

/** c finishes first, b and d at the same time. */
export const secondsOf = ({ actor }: StepJob): number =>
  (({ a: 3, b: 2, c: 1, d: 2 }) as Record<ActorId, number>)[actor] ?? 0.5;

export const atOnce: Compute = (job) => ({
  seconds: secondsOf(job),
  outcome: Promise.resolve(outcomeOf(job)),
});

const linkOf = () => ({ latency: 0.5, uploadRate: 8000, downloadRate: 16_000 });

/** Half a second for every message without bytes, the network then doing this to it. */
export const deliver = (envelope: Envelope, fate: Delivery['fate'] = { kind: 'arrive' }): Delivery => ({
  envelope,
  seconds: transferSeconds(envelope, linkOf),
  fate,
});

export interface FederationOptions extends Partial<Omit<Given, 'steps'>> {
  readonly steps?: Given['steps'];
  readonly compute?: Compute;
  readonly deliveries?: (envelope: Envelope) => readonly Delivery[];
  readonly carry?: ActorSystemOptions['carry'];
  readonly faults?: Partial<FaultInjector>;
  readonly supervise?: ActorSystemOptions['supervise'];
  readonly halt?: (events: number) => boolean;
  /** Comes before the server's own reaction; may throw. */
  readonly meddle?: (actor: ActorId, envelope: Envelope) => void;
}

/** Server and clients of the project's own behaviour, with everything they tell. */
export function federation(options: FederationOptions = {}) {
  const {
    compute = atOnce,
    deliveries = reliable(linkOf),
    supervise,
    halt,
    meddle = () => undefined,
  } = options;
  const given: Given = { clients: participants, heldOut, ...options, steps: options.steps ?? steps };
  const kernel = createKernel();
  const receiveAsServer = serverBehaviour(configurationOf(given));
  const receiveAsClient = clientBehaviour({ steps: given.steps, dropsOut: () => false });
  const system = createActorSystem({
    kernel,
    steps: given.steps,
    server: {
      initial: initialServer(),
      receive: (state, envelope, context) => {
        meddle(serverId, envelope);
        return receiveAsServer(state, envelope, context);
      },
    },
    client: {
      initial: (id) => initialClient(id),
      receive: (state, envelope, context) => {
        meddle(state.id, envelope);
        return receiveAsClient(state, envelope, context);
      },
    },
    carry: options.carry ?? network(deliveries, kernelScheduler(kernel)),
    compute,
    faults: { crashes: [], onCompute: () => null, ...options.faults },
    supervise,
    halt: halt && (() => halt(kernel.eventCount())),
  });
  const journal = createJournal(given.steps);
  const events: SystemEvent[] = [];
  let completed = false;
  system.events.subscribe({
    next: (event) => {
      events.push(event);
      journal.add(event);
    },
    complete: () => {
      completed = true;
    },
  });
  const result = () => ({
    ...{ events, completed, digest: journal.digest(), active: system.activeClients() },
    states: [...participants, ...heldOut].map((id) => system.client(id)),
    server: system.server(),
  });
  return { system, events, result, kernel };
}

/** Events in a line each, without what was sent. */
export function story(events: readonly SystemEvent[]): string[] {
  return events.flatMap((event) => {
    const line = lineOf(event);
    return line === null ? [] : [`${event.time} ${line}`];
  });
}

function lineOf(event: SystemEvent): string | null {
  switch (event.kind) {
    case 'sent':
      return null;
    case 'delivered':
      return `${event.envelope.message.kind}: ${event.envelope.to}`;
    case 'lost':
      return `lost ${event.envelope.message.kind}: ${event.reason}`;
    case 'disturbed':
      return `${event.what}: ${event.envelope.message.kind}`;
    case 'compute':
      return `compute: ${event.job.actor}`;
    case 'timer':
      return `${event.name} in ${event.seconds}`;
    case 'recorded':
      return event.event.kind;
    case 'crashed':
      return `crashed: ${event.actor} ${event.occasion}`;
    case 'restarted':
      return `restarted: ${event.actor}`;
    case 'aborted':
      return `aborted: ${event.reason}`;
    case 'failed':
      return `failed: ${event.actor} ${event.reason}, ${event.directive}`;
  }
}

export const recordedBy = (events: readonly SystemEvent[]): RecordedEvent[] =>
  events.flatMap((event) => (event.kind === 'recorded' ? [event.event] : []));

export const jobsOf = (events: readonly SystemEvent[]): StepJob[] =>
  events.flatMap((event) => (event.kind === 'compute' ? [event.job] : []));
