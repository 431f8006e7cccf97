import { messageOf } from '../../../src/base/errors.js';
import type { BlobMap } from '../../../src/base/blob.js';
import { decodeSafetensors } from '../../../src/base/safetensors.js';
import type { TensorMap } from '../../../src/base/tensor.js';
import type { Received } from '../../../src/actors/steps.js';
import type { SystemEvent } from '../../../src/actors/system-events.js';
import { faultSchema, type Fault } from '../../../src/sim/faults/schema.js';
import type { Federation, Segment } from '../../../src/sim/run/federation.js';
import { prepareRun, type PreparedRun } from '../../../src/sim/run/prepare.js';
import { simulate, type Simulated, type SimulationOptions } from '../../../src/sim/run/simulate.js';
import { loadScenario, parseOverride } from '../../../src/sim/scenario/load.js';
import type { Scenario } from '../../../src/sim/scenario/schema.js';
import { scheduleSchema } from '../../../src/sim/schedule/schema.js';
import { temporaryFolder } from '../../support/tiny.js';

const folder = temporaryFolder();
const prepared = new Map<string, Promise<PreparedRun>>();

/** scenarios/swarm.yaml without the faults that it draws, and with other fields, such as `method.rounds=2`. */
export function swarmScenario(...changes: readonly string[]): Promise<Scenario> {
  return loadScenario('scenarios/swarm.yaml', ['faults={}', ...changes].map(parseOverride));
}

/** That scenario, ready to be simulated many times: jobs are computed once a test file. */
export function preparedSwarm(...changes: readonly string[]): Promise<PreparedRun> {
  const key = changes.join();
  const known = prepared.get(key);
  if (known) return known;
  const made = swarmScenario(...changes).then((scenario) => prepareScenario(scenario));
  prepared.set(key, made);
  return made;
}

export function prepareScenario(scenario: Scenario): Promise<PreparedRun> {
  const options = { cacheFolder: folder, workers: 'inline', results: 'off' } as const;
  return prepareRun([{ fromRound: 0, scenario }], options, () => undefined);
}

/** A line of the journal. */
export type Line = Readonly<Record<string, unknown>>;

export interface Outcome extends Simulated {
  readonly lines: readonly Line[];
  readonly events: number;
  readonly seen: readonly SystemEvent[];
}

export interface Given {
  /** As a scenario has them: defaults are filled in. */
  readonly faults?: readonly Readonly<Record<string, unknown>>[];
  readonly schedule?: Readonly<Record<string, unknown>>;
  readonly onFailure?: Segment['supervision']['onFailure'];
  readonly restarts?: number;
  readonly options?: Partial<SimulationOptions>;
}

export const faultsOf = (given: Given['faults'] = []): Fault[] =>
  given.map((fault) => faultSchema.parse(fault));

/** The federation with other faults and another schedule. */
export function changed(
  federation: Federation,
  { faults, schedule, onFailure, restarts }: Given,
): Federation {
  const segments = federation.segments.map((segment): Segment => ({
    ...segment,
    faults: faultsOf(faults),
    schedule: schedule ? scheduleSchema.parse(schedule) : segment.schedule,
    supervision: { onFailure: onFailure ?? 'restart', restarts: restarts ?? 3 },
  }));
  return { ...federation, segments };
}

/** A simulation with all checks on. */
export async function play({ federation, steps, store }: PreparedRun, given: Given = {}): Promise<Outcome> {
  const lines: Line[] = [];
  const seen: SystemEvent[] = [];
  const result = await simulate(changed(federation, given), {
    run: steps.run,
    fetch: steps.fetch,
    store,
    check: true,
    onJournalLine: (line) => lines.push(JSON.parse(line) as Line),
    onEvent: (event) => seen.push(event),
    ...given.options,
  });
  return { ...result, lines, seen };
}

/** Why a simulation ends early; fails the test when it does not. */
export async function failureOf(run: PreparedRun, given: Given): Promise<string> {
  return play(run, given).then(
    () => {
      throw new Error('it finished');
    },
    (error: unknown) => messageOf(error),
  );
}

/** Lines with these fields. */
export function linesWith(lines: readonly Line[], fields: Line): Line[] {
  return lines.filter((line) => Object.entries(fields).every(([name, value]) => line[name] === value));
}

export const isFinished = ({ lines }: Outcome): boolean => lines.at(-1)?.event === 'finished';

/** What the server sent at the end of each step, by step and round. */
export function broadcasts({ lines }: Outcome): Record<string, unknown> {
  const done = linesWith(lines, { event: 'step-done' }).filter(({ broadcast }) => broadcast !== undefined);
  return Object.fromEntries(
    done.map(({ step, round, broadcast }) => [`${step as string} ${round as number}`, broadcast]),
  );
}

/** Accepted uploads of each round of training. */
export const acceptedByRound = ({ lines }: Outcome): unknown[] =>
  linesWith(lines, { event: 'step-done', step: 'train' }).map(({ accepted }) => accepted);

/** What the server computed over in a round of training, or in round 0: whose uploads, with which weights. */
export function aggregated({ seen }: Outcome, round: number): readonly Received[] {
  const jobs = seen.flatMap((event) =>
    event.kind === 'compute' && event.job.role === 'server' && event.job.step.retains ? [event.job] : [],
  );
  return jobs.find(({ step }) => step.round === round)?.received ?? [];
}

/** Whom the server asked in a round of training, or in round 0. */
export function asked({ seen }: Outcome, { steps }: Federation, round: number): string[] {
  const clients = seen.flatMap((event) => {
    if (event.kind !== 'sent' || event.envelope.message.kind !== 'broadcast') return [];
    const step = steps[event.envelope.message.step];
    return step.retains && step.round === round ? [event.envelope.to] : [];
  });
  return [...new Set(clients)];
}

/** An entry of the server at the end. */
export function serverEntry({ store }: PreparedRun, { final }: Outcome, name: string): TensorMap {
  return decodeSafetensors(store.get(final.server[name]), name);
}

export const hasDetector = (local: BlobMap | undefined): boolean => local?.detector !== undefined;

export function sumOf(numbers: Iterable<number>): number {
  let sum = 0;
  for (const value of numbers) sum += value;
  return sum;
}
