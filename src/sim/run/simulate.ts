import type { BlobMap, BlobReference } from '../../base/blob.js';
import { createActorSystem, type ActorSystem } from '../../actors/actor-system.js';
import { clientBehaviour, initialClient } from '../../actors/client.js';
import { createJournal } from '../../actors/journal.js';
import { serverId, type Envelope } from '../../actors/messages.js';
import { createKernel, type Kernel } from '../../actors/kernel.js';
import { kernelScheduler } from '../../actors/kernel-scheduler.js';
import { network } from '../../actors/network.js';
import { serverBehaviour } from '../../actors/server.js';
import { initialServer, type ServerConfiguration } from '../../actors/server-state.js';
import type { StepJob } from '../../actors/steps.js';
import type { Supervise } from '../../actors/supervision.js';
import type { SystemEvent } from '../../actors/system-events.js';
import { fabricDeliveries } from '../faults/fabric.js';
import { plannedFaults, type PlannedFaults } from '../faults/injector.js';
import { inviteClients } from '../schedule/invite.js';
import { uploadWeight } from '../schedule/weights.js';
import type { BlobStore } from './blob-store.js';
import { isBuffered, segmentAt, type Federation, type Inspect, type Segment } from './federation.js';
import { inspector } from './inspect.js';
import { createInvariants } from './invariants.js';
import type { Snapshot, StepRunner } from './step-runner.js';

export interface SimulationOptions extends Pick<StepRunner, 'run' | 'fetch'> {
  readonly store: BlobStore;
  readonly onEvent?: (event: SystemEvent) => void;
  readonly onJournalLine?: (line: string) => void;
  readonly onStepDone?: (end: StepEnd) => void;
  /** Checks after every event what must hold; see invariants.ts. */
  readonly check?: boolean;
  /** In place of the server's own: for tests of what the checks find. */
  readonly inspect?: Inspect;
  /** Wraps the kernel: for profiles. */
  readonly aroundKernel?: (kernel: Kernel) => Kernel;
  readonly signal?: AbortSignal;
}

/** The end of a step, at the moment at which it is told. */
export interface StepEnd {
  readonly step: number;
  readonly server: BlobMap;
  /** Everyone's state, now: it takes as long as there are clients that finish. */
  snapshot(): Snapshot;
}

export interface Simulated {
  readonly final: Snapshot;
  readonly digest: string;
  /** Events the kernel ran. */
  readonly events: number;
}

/** Runs the federation in virtual time. @throws FeddymemError when it gets stuck, can't go on or breaks an invariant */
export async function simulate(federation: Federation, options: SimulationOptions): Promise<Simulated> {
  const { steps, segments, seed } = federation;
  const { store, run, fetch } = options;
  const { aroundKernel = (plain) => plain } = options;
  const kernel = aroundKernel(createKernel());
  const journal = createJournal(steps);
  const invariants = options.check ? createInvariants(federation, store) : undefined;
  // The round under way decides what holds for links and devices.
  let current: Segment = segments[0];
  const faults = segmentedFaults(federation, () => current);
  // Subscribers must not throw into the simulation (RxJS would report their errors to nobody): the kernel looks here.
  let failure: unknown;
  /** What the server computes, or has computed last. */
  let serving: StepJob | undefined;

  const system = createActorSystem({
    kernel,
    steps,
    server: {
      initial: initialServer(),
      receive: serverBehaviour(
        serverConfiguration(federation, options.inspect ?? inspector(federation, store)),
      ),
    },
    client: {
      initial: (id) => initialClient(id),
      receive: clientBehaviour({
        steps,
        dropsOut(client, step) {
          const { audience, round } = steps[step];
          return audience === 'cohort' && segmentAt(segments, round).fleet.dropsOut(client, round ?? 0);
        },
      }),
    },
    carry: network(
      fabricDeliveries({
        linkOf: (client) => current.fleet.profileOf(client).link,
        availableFrom: (client, time) => current.fleet.availableFrom(client, time),
        faults,
        seed,
        store,
      }),
      kernelScheduler(kernel),
    ),
    compute(job) {
      if (job.role === 'server') serving = job;
      return { seconds: secondsOf(federation, job), outcome: run(job) };
    },
    beforeDelivery: (envelope) => holding(blobsReadAt(envelope)),
    faults,
    supervise: supervision(() => current),
    halt: () => failure !== undefined,
  });

  /** The server looks at uploads beside its own state, faults at what a client's job has made, and checks at the server's. */
  function blobsReadAt({ to, message }: Envelope): BlobReference[] {
    const read: (BlobReference | null)[] = [];
    if (message.kind === 'upload') read.push(message.payload, ...Object.values(system.server().local));
    if (message.kind === 'computed') {
      read.push(message.outcome.message, message.outcome.setup);
      if (to === serverId && invariants)
        read.push(...(serving?.received ?? []).map(({ payload }) => payload));
    }
    return read.filter((blob) => blob !== null);
  }

  /** Brings back what is read at once when a message arrives, where memory did not suffice to keep it. */
  function holding(blobs: readonly BlobReference[]): Promise<void> | undefined {
    if (blobs.every(store.has)) return undefined;
    return Promise.all(blobs.map(fetch)).then(store.hold);
  }

  system.events.subscribe((event) => {
    if (failure !== undefined) return;
    try {
      if (event.kind === 'recorded' && event.event.kind === 'step-opened')
        current = segmentAt(segments, steps[event.event.step].round);
      const { line } = journal.add(event);
      options.onJournalLine?.(line);
      invariants?.(event);
      options.onEvent?.(event);
      if (event.kind === 'recorded' && event.event.kind === 'step-done') {
        const { step, broadcast } = event.event;
        store.endStep();
        options.onStepDone?.({
          step,
          server: system.server().local,
          snapshot: () => snapshotOf(federation, system, step, broadcast),
        });
      }
    } catch (error) {
      failure = error;
    }
  });
  try {
    await system.run(options.signal);
  } catch (error) {
    throw failure ?? error;
  }
  if (failure !== undefined) throw failure;
  return {
    final: snapshotOf(federation, system, steps.length - 1, null),
    digest: journal.digest(),
    events: kernel.eventCount(),
  };
}

function serverConfiguration(federation: Federation, inspect: Inspect): ServerConfiguration {
  const { steps, segments, participants, heldOut } = federation;
  const ranks = new Map([...participants, ...heldOut].map((id, rank) => [id, rank]));
  const segmentOf = (step: number) => segmentAt(segments, steps[step].round);
  return {
    steps,
    schedule(index) {
      const { buffer, deadline, retry, minimum, late } = segmentOf(index).schedule;
      const { audience, essential } = steps[index];
      return {
        // An answer a client: a buffer of more than there are clients would never fill.
        buffer: isBuffered(segmentOf(index), steps[index])
          ? {
              size: Math.min(buffer.size, participants.length),
              concurrency: Math.min(buffer.concurrency, participants.length),
            }
          : null,
        deadline: deadline ?? null,
        // Nobody's detector waits for another's.
        patient: audience !== 'cohort' && !essential,
        retry: retry ?? null,
        // A minimum is for what is learnt; who finishes, finishes.
        minimum: audience === 'cohort' ? minimum : essential ? 1 : 0,
        late,
      };
    },
    invite: (request) => {
      const { schedule, fleet } = segmentOf(request.step);
      return inviteClients({ ...federation, fleet }, schedule, steps[request.step], request);
    },
    rank: (client) => ranks.get(client)!,
    inspect,
    weight: (step, kind, missed) => uploadWeight(segmentOf(step).schedule, kind, missed),
  };
}

/** Virtual seconds that a job takes: its operations over the actor's speed. */
function secondsOf({ method, participants, segments, sizesOf }: Federation, job: StepJob): number {
  const { settings, fleet, serverSpeed } = segmentAt(segments, job.step.round);
  const isClient = job.role === 'client';
  const sizes = {
    ...sizesOf(isClient ? job.actor : participants[0]),
    has: (entry: string) => Object.hasOwn(job.local, entry),
  };
  const operations = method.cost(job.step.name, job.role, sizes, settings);
  if (!isClient) return operations / serverSpeed;
  const { operationsPerSecond } = fleet.profileOf(job.actor);
  return (operations / operationsPerSecond) * fleet.slowdown(job.actor, job.step.round ?? 0);
}

function supervision(current: () => Segment): Supervise {
  return (actor, failures) => {
    // A scenario rules what its clients do; a server that fails is a defect, and no upload is worth hiding it.
    if (actor === serverId) return 'escalate';
    const { onFailure, restarts } = current().supervision;
    return onFailure === 'restart' && failures > restarts ? 'stop' : onFailure;
  };
}

/** Every segment's faults, each in its own rounds only. */
function segmentedFaults({ segments, steps }: Federation, current: () => Segment): PlannedFaults {
  const all = segments.map((segment) => ({ segment, faults: plannedFaults(segment.faults, steps) }));
  const at = (round: number | null) =>
    all.find(({ segment }) => segment === segmentAt(segments, round))!.faults;
  return {
    crashes: all.flatMap(({ segment, faults }) =>
      faults.crashes.map((crash) => ({ ...crash, isDue: () => current() === segment })),
    ),
    onCompute: (job) => at(job.step.round).onCompute(job),
    onSend: (envelope) =>
      'step' in envelope.message ? at(steps[envelope.message.step].round).onSend(envelope) : [],
    isCutOff: (client, from, to) =>
      all.find(({ segment }) => segment === current())!.faults.isCutOff(client, from, to),
  };
}

function snapshotOf(
  { evaluated, heldOut }: Federation,
  system: ActorSystem,
  step: number,
  broadcast: BlobReference | null,
): Snapshot {
  const { local, setup } = system.server();
  return {
    step,
    broadcast,
    setup,
    server: local,
    clients: new Map([...evaluated, ...heldOut].map((id) => [id, system.client(id).local])),
  };
}
