import type { BlobMap, BlobReference } from '../../base/blob.js';
import { createActorSystem, type SystemEvent } from '../../actors/actor-system.js';
import { initialClient } from '../../actors/client.js';
import { createJournal } from '../../actors/journal.js';
import { createKernel } from '../../actors/kernel.js';
import { kernelScheduler } from '../../actors/kernel-scheduler.js';
import { serverId, type Step } from '../../actors/messages.js';
import { network, type Link } from '../../actors/network.js';
import { initialServer } from '../../actors/server.js';
import type { Method, StepSizes } from '../../model/methods/method.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import type { StepRunner } from './step-runner.js';

/** Everyone's state at the end of a step. */
export interface Snapshot {
  readonly step: number;
  readonly clients: ReadonlyMap<string, BlobMap>;
  readonly server: BlobMap;
  /** What the server would broadcast next. */
  readonly broadcast: BlobReference | null;
}

export interface Federation {
  readonly method: Method;
  readonly settings: MethodSettings;
  readonly participants: readonly string[];
  readonly heldOut: readonly string[];
  readonly link: Link;
  /** Floating-point operations a second. */
  readonly clientSpeed: number;
  readonly serverSpeed: number;
  sizesOf(client: string): StepSizes;
}

/** The steps of a federation, as its actors see them. */
export function stepsOf({
  method,
  settings,
  heldOut,
}: Federation): (Step & { readonly finishing: boolean })[] {
  return method.steps(settings, heldOut.length > 0).map((step) => ({
    name: step.name,
    round: step.round,
    audience: step.audience,
    finishing: step.finishing ?? false,
    aggregates: Object.hasOwn(method.server, step.name),
  }));
}

export interface Observer {
  onEvent(event: SystemEvent): void;
  onJournalLine(line: string): void;
  onStepDone(snapshot: Snapshot): void;
}

/** Runs the federation in virtual time. @returns the final states and the journal's digest */
export async function simulate(
  federation: Federation,
  run: StepRunner,
  observer: Observer,
  signal?: AbortSignal,
): Promise<{ readonly final: Snapshot; readonly digest: string }> {
  const { method, settings, participants, heldOut } = federation;
  const steps = stepsOf(federation);
  const clients = [...participants, ...heldOut];
  const kernel = createKernel();
  const journal = createJournal(steps);
  const system = createActorSystem(
    kernel,
    [initialServer(steps, participants, heldOut), ...clients.map((id) => initialClient(id, steps))],
    network(() => federation.link, kernelScheduler(kernel)),
    (job) => {
      const sizes = federation.sizesOf(job.role === 'client' ? job.actor : participants[0]);
      const operations = method.cost(job.step.name, job.role, sizes, settings);
      const speed = job.role === 'client' ? federation.clientSpeed : federation.serverSpeed;
      return { seconds: operations / speed, outcome: run(job) };
    },
  );
  const snapshot = (step: number, broadcast: BlobReference | null): Snapshot => ({
    step,
    broadcast,
    clients: new Map(clients.map((id) => [id, system.stateOf(id).local])),
    server: system.stateOf(serverId).local,
  });
  // Subscribers must not throw into the simulation: RxJS would report their errors to nobody.
  let failure: unknown;
  system.events.subscribe((event) => {
    try {
      observer.onJournalLine(journal.add(event).line);
      observer.onEvent(event);
      if (event.kind === 'recorded' && event.event.kind === 'step-done') {
        observer.onStepDone(snapshot(event.event.step, event.event.broadcast));
      }
    } catch (error) {
      failure ??= error;
    }
  });
  await system.run(signal);
  if (failure !== undefined) throw failure;
  return { final: snapshot(steps.length - 1, null), digest: journal.digest() };
}
