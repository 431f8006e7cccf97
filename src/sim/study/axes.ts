import { badInput, messageOf } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { withOverrides, type Override } from '../scenario/load.js';
import { withPathsFrom } from '../scenario/module-paths.js';
import { readYaml } from '../scenario/yaml.js';
import type { AxisValue } from './study-file.js';

/** A field of the scenario, by a name of its own or its path, and a value for it. */
export interface Assignment {
  readonly axis: string;
  readonly value: unknown;
}

/** What is set together. */
export type Point = readonly Assignment[];

/** Points that stand for one another: a cell takes one of each dimension. */
export type Dimension = readonly Point[];

const shorthands: Readonly<Record<string, string>> = { method: 'method.name', rounds: 'method.rounds' };

/** The field that an axis sets: `method` is `method.name`, unless it is given whole. */
export function fieldOf({ axis, value }: Assignment): string {
  return Object.hasOwn(shorthands, axis) && !isFields(value) ? shorthands[axis] : axis;
}

/** Reads `axis=value,value`; the values are YAML, as in a list. @param flag how it was given, for errors */
export function parseAxis(text: string, flag: string): { readonly axis: string; readonly values: unknown[] } {
  const at = text.indexOf('=');
  const axis = text.slice(0, at);
  if (at < 1 || axis.split('.').includes('')) {
    throw badInput(`${flag} ${text}: expected field=value,value`, `For example ${flag} clients=2,4,8.`);
  }
  let values: unknown[];
  try {
    values = readYaml(`[${text.slice(at + 1)}]`) as unknown[];
  } catch (error) {
    throw badInput(
      `${flag} ${text}: ${messageOf(error)}`,
      'Values are YAML: quote what it reads as more.',
      error,
    );
  }
  if (values.length === 0) throw badInput(`${flag} ${text}: no values`, 'Give at least one.');
  return { axis, values };
}

/** Every value alone: with others of its kind, all combinations. */
export function gridDimension(axis: string, values: readonly unknown[]): Dimension {
  return values.map((value) => [{ axis, value }]);
}

/** First values together, second ones together, and so on. @throws FeddymemError (bad-input) on unequal lengths */
export function zipDimension(axes: readonly (readonly [string, readonly unknown[]])[]): Dimension {
  const [[first, { length }]] = axes;
  for (const [axis, values] of axes) {
    if (values.length === length) continue;
    throw badInput(
      `zip: ${first} has ${length} values, ${axis} has ${values.length}`,
      'Axes that are zipped need as many values as one another.',
    );
  }
  return Array.from({ length }, (_, at) => axes.map(([axis, values]) => ({ axis, value: values[at] })));
}

/** Points that are given one by one. */
export function listDimension(points: readonly Readonly<Record<string, unknown>>[]): Dimension {
  return points.map((fields) => Object.entries(fields).map(([axis, value]) => ({ axis, value })));
}

/** All combinations; the last dimension's points change fastest. */
export function combinations(dimensions: readonly Dimension[]): Point[] {
  return dimensions.reduce<Point[]>(
    (points, dimension) => points.flatMap((point) => dimension.map((more) => [...point, ...more])),
    [[]],
  );
}

/** A value as tables show it. */
export function axisValueOf(value: unknown): AxisValue {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return canonicalJson(value as Json);
}

/** The change of a scenario that an assignment is. @param folder where relative paths of the user's modules start */
export function overrideOf(assignment: Assignment, folder: string): Override {
  const path = fieldOf(assignment).split('.');
  const value = valueAt(withPathsFrom(folder, withOverrides({}, [{ path, value: assignment.value }])), path);
  return { path, value };
}

/** `path=value`, as --set takes it: a text that needs no quotes has none. */
export function changeText({ path, value }: Override): string {
  const plain = typeof value === 'string' && isItself(value);
  return `${path.join('.')}=${plain ? value : JSON.stringify(value ?? null)}`;
}

function isItself(text: string): boolean {
  try {
    return readYaml(text) === text;
  } catch {
    return false;
  }
}

export function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], value);
}

function isFields(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
