import { badInput } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { withEngine } from '../run/engine-choice.js';
import { loadScenario, withOverrides, type Override } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { axisValueOf, changeText, combinations, fieldOf, overrideOf, valueAt } from './axes.js';
import type { Dimension, Point } from './axes.js';
import { checkCellCount } from './cell-count.js';
import { cellIds } from './cell-id.js';
import type { AxisValue, Study, StudyCell } from './study-file.js';

/** What a sweep is made of. */
export interface Sweep {
  /** Left out: the scenario's. */
  readonly name?: string;
  /** Path of the base scenario. */
  readonly scenario: string;
  /** Changes to the base scenario that all cells have. */
  readonly set: readonly Override[];
  readonly dimensions: readonly Dimension[];
  /** How many, from the scenario's seed upwards; or which. Left out: the scenario's. */
  readonly seeds?: number | readonly number[];
  /** Where relative paths of modules start; left out: the working folder. */
  readonly folder?: string;
  readonly command?: string;
}

/** The study of a sweep: a cell for every combination of points and every seed. @throws FeddymemError (bad-input) */
export async function defineSweep(sweep: Sweep): Promise<Study> {
  const { scenario: path, set, dimensions, folder = '.' } = sweep;
  const base = await withEngine(await loadScenario(path, set));
  checkAxes(dimensions);
  const given = sweep.seeds ?? 1;
  const points = dimensions.reduce((product, { length }) => product * length, 1);
  checkCellCount(points * (typeof given === 'number' ? given : given.length), 'the sweep has');
  const seeds = seedsOf(given, base);
  const names = [...new Set(dimensions.flat(2).map(({ axis }) => axis))];
  const cells = distinctPoints(combinations(dimensions), names, base, folder).flatMap(
    ({ axes, overrides }) => {
      const changes = overrides.map(changeText);
      return seeds.map((seed): Omit<StudyCell, 'id'> => ({ axes, seed, changes }));
    },
  );
  const ids = cellIds(cells);
  return {
    format: 'feddymem study 1',
    name: sweep.name ?? base.name,
    kind: 'sweep',
    axes: names.map((name) => ({ name, values: [...new Set(cells.map(({ axes }) => axes[name]))] })),
    seeds,
    cells: cells.map((cell, at) => ({ id: ids[at], ...cell })),
    scenario: path,
    base: JSON.parse(JSON.stringify(base)) as unknown,
    ...(sweep.command !== undefined && { command: sweep.command }),
  };
}

function seedsOf(seeds: number | readonly number[], { seed }: Scenario): number[] {
  if (typeof seeds === 'number') return Array.from({ length: seeds }, (_, index) => seed + index);
  if (new Set(seeds).size === seeds.length) return [...seeds];
  throw badInput(`seeds: one is given twice (${seeds.join(', ')})`, 'Give each once.');
}

/**
 * Points that are one another's equals count once: a list that changes one thing at a time comes back to the base
 * scenario, and would else count its runs for more than they are.
 */
function distinctPoints(points: readonly Point[], names: readonly string[], base: Scenario, folder: string) {
  const distinct = new Map<string, { axes: Record<string, AxisValue>; overrides: Override[] }>();
  for (const point of points) {
    const overrides = point.map((assignment) => overrideOf(assignment, folder));
    const axes = axesOf(point, names, base);
    const made = JSON.parse(JSON.stringify([axes, withOverrides(base, overrides)])) as Json;
    const key = canonicalJson(made);
    if (!distinct.has(key)) distinct.set(key, { axes, overrides });
  }
  return [...distinct.values()];
}

/** A field that is set twice in a cell has but one value, whatever its axes say. */
function checkAxes(dimensions: readonly Dimension[]): void {
  let taken: readonly string[] = [];
  for (const dimension of dimensions) {
    refuseTwice(dimension);
    for (const point of dimension) {
      let own = taken;
      for (const field of point.map(fieldOf)) {
        refuseOverlap(field, own);
        if (field === 'seed') throw badInput('seed is no axis', 'Use --seeds, or seeds: in the file.');
        own = [...own, field];
      }
    }
    taken = [...new Set([...taken, ...dimension.flatMap((point) => point.map(fieldOf))])];
  }
}

function refuseOverlap(field: string, taken: readonly string[]): void {
  const other = taken.find(
    (path) => `${path}.`.startsWith(`${field}.`) || `${field}.`.startsWith(`${path}.`),
  );
  if (other === field) throw badInput(`${field} is swept twice`, 'Give each field one axis.');
  if (other === undefined) return;
  const [whole, part] = [field, other].sort((a, b) => a.length - b.length);
  throw badInput(
    `${part} is swept, and so is ${whole}, which it is a part of`,
    `Give ${part} in the values of ${whole}, or sweep the fields of ${whole} one by one.`,
  );
}

function refuseTwice(points: readonly Point[]): void {
  const seen = new Set<string>();
  for (const point of points) {
    const text = canonicalJson(point.map((assignment) => [fieldOf(assignment), assignment.value]) as Json);
    if (seen.has(text)) {
      const given = point.map(({ axis, value }) => `${axis}=${String(axisValueOf(value))}`).join(' with ');
      throw badInput(`${given} is given twice`, 'Give each value once; seeds repeat a cell.');
    }
    seen.add(text);
  }
}

/** Its value on every axis; where a point leaves one out, the base scenario's. */
function axesOf(point: Point, names: readonly string[], base: Scenario): Record<string, AxisValue> {
  return Object.fromEntries(
    names.map((name) => {
      const given = point.find(({ axis }) => axis === name);
      const path = fieldOf({ axis: name, value: undefined }).split('.');
      return [name, axisValueOf(given ? given.value : valueAt(base, path))];
    }),
  );
}
