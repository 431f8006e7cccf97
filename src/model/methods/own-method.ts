import {
  callOwn,
  failedOwn,
  isPinned,
  loadedParts,
  ownPartError,
  see,
  unpinned,
  type PinnedModule,
} from '../own-part.js';
import type { Method, MethodStep } from './method.js';
import { methods, type MethodName } from './registry.js';
import type { MethodSettings } from './settings.js';

/** A method that comes along, or a user's own. */
export type MethodChoice = MethodName | PinnedModule;

const loaded = loadedParts<Method>('method');

/** A method by its name. A module's must have been loaded in this thread. */
export function methodNamed(choice: MethodChoice): Method {
  return isPinned(choice) ? loaded.get(choice) : methods[choice];
}

export function isMethodLoaded(name: PinnedModule): boolean {
  return loaded.has(name);
}

const functions = ['steps', 'cost'] as const;
const tables = ['client', 'server', 'inspect'] as const;
const form = 'export const method = { name, steps, client: { … }, server: { … }, inspect: { … }, cost }';

/** @throws FeddymemError (bad-input) when a module's export is no method */
export function addOwnMethod(name: PinnedModule, exported: unknown): void {
  const { path } = unpinned(name);
  const given = (exported ?? {}) as Partial<Record<string, unknown>>;
  const absent = [
    ...functions.filter((member) => typeof given[member] !== 'function'),
    ...tables.filter((member) => !isTable(given[member])),
  ];
  if (absent.length > 0) {
    const problem =
      exported === undefined ? 'exports no method' : `exports a method without ${absent.join(', ')}`;
    throw ownPartError('method', path, problem, `Write: ${form}; ${see}`);
  }
  loaded.add(name, checked(path, exported as Method));
}

function isTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** The method with its promises about steps checked, and errors that name its file. */
function checked(path: string, method: Method): Method {
  return {
    ...method,
    steps(settings, heldOut) {
      const steps = callOwn('method', path, 'steps', () => method.steps(settings, heldOut));
      checkSteps(path, method, steps, settings);
      return steps;
    },
    client: namingFile(path, 'client', method.client),
    server: namingFile(path, 'server', method.server),
    cost(step, role, sizes, settings) {
      const operations = callOwn('method', path, 'cost', () => method.cost(step, role, sizes, settings));
      if (Number.isFinite(operations) && operations >= 0) return operations;
      const problem = `returns ${operations} from cost for step ${step} of the ${role}`;
      throw ownPartError('method', path, problem, `Return its floating-point operations, or 0; ${see}`);
    },
  };
}

const audiences: readonly MethodStep['audience'][] = ['cohort', 'everyone', 'held-out'];

/** Names of steps are looked up in the tables: what is not there must be known before the run, not in it. */
function checkSteps(
  path: string,
  { client, inspect }: Method,
  steps: readonly MethodStep[],
  { rounds }: MethodSettings,
): void {
  const refuse = (problem: string, hint: string) => ownPartError('method', path, problem, `${hint}; ${see}`);
  if (!Array.isArray(steps) || steps.length === 0)
    throw refuse('returns no list of steps from steps', 'Return at least one: [{ name, round, audience }]');
  for (const { name, round, audience } of steps) {
    for (const [table, has] of Object.entries({ client, inspect }))
      if (typeof (has as Record<string, unknown>)[name] !== 'function')
        throw refuse(`has a step ${name} without a function ${table}.${name}`, `Add it to ${table}`);
    if (!audiences.includes(audience))
      throw refuse(`has a step ${name} for ${audience}`, `Choose one of ${audiences.join(', ')}`);
    if (round !== null && !(Number.isInteger(round) && round >= 0 && round <= rounds))
      throw refuse(`has a step ${name} of round ${round}`, 'Rounds go from 0 to settings.rounds, or null');
  }
}

type Step<C, R> = (context: C) => Promise<R>;

function namingFile<C, R>(
  path: string,
  role: string,
  steps: Readonly<Record<string, Step<C, R>>>,
): Readonly<Record<string, Step<C, R>>> {
  const named = Object.entries(steps).map(([step, run]): [string, Step<C, R>] => [
    step,
    async (context) => {
      try {
        return await run(context);
      } catch (error) {
        throw failedOwn('method', path, `${role}.${step}`, error);
      }
    },
  ]);
  return Object.fromEntries(named);
}
