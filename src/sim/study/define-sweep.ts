import { badInput } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { withEngine } from '../run/engine-choice.js';
import { loadScenario, type Override } from '../scenario/load.js';
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
  const cells = combinations(dimensions).flatMap((point) => {
    const axes = axesOf(point, names, base);
    const changes = point.map((assignment) => changeText(overrideOf(assignment, folder)));
    return seeds.map((seed): Omit<StudyCell, 'id'> => ({ axes, seed, changes }));
  });
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

/** An axis of two dimensions would be set twice in a cell. */
function checkAxes(dimensions: readonly Dimension[]): void {
  const taken = new Set<string>();
  for (const dimension of dimensions) {
    const [first] = dimension;
    const twice = first.find(({ axis }, at) => first.findIndex((other) => other.axis === axis) !== at);
    if (twice) throw badInput(`${twice.axis} is swept twice`, 'Give each field one axis.');
    refuseTwice(dimension);
    const fields = new Set(dimension.flatMap((point) => point.map(fieldOf)));
    for (const field of fields) {
      if (taken.has(field)) throw badInput(`${field} is swept twice`, 'Give each field one axis.');
      if (field === 'seed') throw badInput('seed is no axis', 'Use --seeds, or seeds: in the file.');
      taken.add(field);
    }
  }
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
