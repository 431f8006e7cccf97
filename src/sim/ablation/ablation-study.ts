import type { Scenario } from '../scenario/schema.js';
import { checkCellCount } from '../study/cell-count.js';
import { cellIds } from '../study/cell-id.js';
import type { Study } from '../study/study-file.js';
import type { PlannedAxis } from './plan.js';

/** The study's only axis, and its first value: nothing is left out. */
export const variantAxis = 'variant';
export const fullVariant = 'full';

/** A variant as tables name it: `generator=none`. */
export interface NamedVariant {
  readonly name: string;
  readonly changes: readonly string[];
}

/** `full`, which changes nothing, then every variant of every axis. */
export function namedVariants(plan: readonly PlannedAxis[]): NamedVariant[] {
  const found = plan.flatMap(({ name: axis, variants }) =>
    variants.map(({ name, changes }) => ({ name: `${axis}=${name}`, changes })),
  );
  return [{ name: fullVariant, changes: [] }, ...found];
}

/**
 * One cell a variant and seed: all variants of a seed before those of the next one, so that an interrupted ablation
 * has whole seeds.
 * @param path of the scenario's file
 * @throws FeddymemError (bad-input) when they are too many
 */
export function ablationStudy(
  scenario: Scenario,
  path: string,
  plan: readonly PlannedAxis[],
  seeds: number,
  command?: string,
): Study {
  const variants = namedVariants(plan);
  checkCellCount(variants.length * seeds, 'the ablation has');
  const numbers = Array.from({ length: seeds }, (_, index) => scenario.seed + index);
  const cells = numbers.flatMap((seed) =>
    variants.map(({ name, changes }) => ({ axes: { [variantAxis]: name }, seed, changes: [...changes] })),
  );
  const ids = cellIds(cells);
  return {
    format: 'feddymem study 1',
    name: `${scenario.name}-ablation`,
    kind: 'ablation',
    axes: [{ name: variantAxis, values: variants.map(({ name }) => name) }],
    seeds: numbers,
    cells: cells.map((cell, at) => ({ id: ids[at], ...cell })),
    scenario: path,
    base: JSON.parse(JSON.stringify(scenario)) as unknown,
    ...(command !== undefined && { command }),
  };
}
