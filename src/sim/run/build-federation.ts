import { badInput } from '../../base/errors.js';
import { serverId } from '../../actors/messages.js';
import type { Method, StepSizes } from '../../model/methods/method.js';
import { methodNamed } from '../../model/methods/own-method.js';
import { trainingImageCount, type ClientData } from '../data/image.js';
import { drawFaults } from '../faults/draw.js';
import type { Fault } from '../faults/schema.js';
import { createFleet } from '../fleet/fleet.js';
import type { Scenario } from '../scenario/schema.js';
import { pinMethod, pinParts } from '../worker/own-modules.js';
import { evaluatedClients } from './evaluated.js';
import { stepsOf, type Federation, type FederationStep, type Segment } from './federation.js';

/** A scenario, from a round on. */
export interface ScenarioSegment {
  readonly fromRound: number;
  readonly scenario: Scenario;
}

/** The federation that scenarios describe, the last one deciding how many rounds there are. */
export async function buildFederation(
  scenarios: readonly ScenarioSegment[],
  clients: readonly ClientData[],
  features: { readonly patchesPerImage: number; readonly channels: number },
): Promise<Federation> {
  const { scenario } = scenarios[scenarios.length - 1];
  // A fork can't choose another.
  const methodChoice = await pinMethod(scenario.method.name);
  const method = methodNamed(methodChoice);
  const heldOut = scenario.holdOut;
  const absent = new Set(heldOut);
  const participants = clients.map(({ id }) => id).filter((id) => !absent.has(id));
  const byId = new Map(clients.map((client) => [client.id, client]));
  const segments: Segment[] = [];
  for (const segment of scenarios) {
    segments.push(await buildSegment(segment, method, clients, participants));
  }
  const steps = stepsOf(method, segments[segments.length - 1].settings, heldOut);
  return {
    method,
    methodChoice,
    seed: scenario.seed,
    participants,
    heldOut,
    evaluated: evaluatedClients(participants, scenario.seed, scenario.evaluate.clients),
    segments,
    steps,
    sizesOf(client): Omit<StepSizes, 'has'> {
      const known = byId.get(client);
      return {
        trainingImages: known ? trainingImageCount(known) : 0,
        ...features,
        clients: participants.length,
      };
    },
  };
}

async function buildSegment(
  { fromRound, scenario }: ScenarioSegment,
  method: Method,
  clients: readonly ClientData[],
  participants: readonly string[],
): Promise<Segment> {
  const { link, device, seed, faults } = scenario;
  const { name: _name, ...choices } = scenario.method;
  const settings = { ...choices, training: await pinParts(choices.training) };
  // Its own steps: a fork with more rounds leaves what was drawn before it as it was.
  const steps = stepsOf(method, settings, scenario.holdOut);
  const ids = clients.map(({ id }) => id);
  const base = {
    operationsPerSecond: 1e9 * device.clientGflops,
    link: {
      latency: link.latency,
      uploadRate: 1e6 * link.uploadMbit,
      downloadRate: 1e6 * link.downloadMbit,
    },
  };
  const drawn = faults.draw ? drawFaults(faults.draw, seed, participants, steps) : [];
  faults.plan.forEach((fault, index) => {
    checkFault(fault, `faults.plan.${index}`, ids, steps);
  });
  return {
    fromRound,
    settings,
    finishing: steps.filter(({ finishing }) => finishing),
    schedule: scenario.schedule,
    // A scenario's paths are absolute by now.
    fleet: await createFleet(scenario.fleet, base, seed, ids, '.'),
    serverSpeed: 1e9 * device.serverGflops,
    faults: [...faults.plan, ...drawn],
    supervision: faults.supervision,
  };
}

/** @throws FeddymemError (bad-input) on a fault that could never happen */
function checkFault(
  fault: Fault,
  path: string,
  clients: readonly string[],
  steps: readonly FederationStep[],
): void {
  const named = 'clients' in fault ? fault.clients : ['client' in fault ? fault.client : fault.actor];
  const known = 'actor' in fault ? [...clients, serverId] : clients;
  const unknown = named.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw badInput(
      `${path} names ${unknown}, which does not exist`,
      `There are ${known.slice(0, 12).join(', ')}${known.length > 12 ? ' …' : ''}.`,
    );
  }
  if (!('step' in fault)) return;
  const { step, round } = fault;
  if (steps.some(({ name, round: of }) => name === step && (round === undefined || of === round))) return;
  const names = [...new Set(steps.map(({ name }) => name))].join(', ');
  throw badInput(
    `${path} hits step ${step}${round === undefined ? '' : ` of round ${round}`}, which does not exist`,
    `The steps are ${names}; rounds go from 0 to ${steps.at(-1)!.round ?? 0}.`,
  );
}
