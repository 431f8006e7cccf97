import { badInput } from '../../base/errors.js';
import { parseOverride, parseScenario, withOverrides } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import type { Study, StudyCell } from './study-file.js';

/** What a cell runs: the base scenario with the cell's changes and its seed. @throws FeddymemError (bad-input) */
export function cellScenario({ base }: Pick<Study, 'base'>, cell: StudyCell): Scenario {
  const changes = cell.changes.map(parseOverride);
  const seed = { path: ['seed'], value: cell.seed };
  let value = withOverrides(base, [...changes, seed]);
  // The base has every default filled in; another source of data may have no use for its backbone.
  if (!changes.some(({ path }) => path[0] === 'backbone')) value = withoutUselessBackbone(value);
  return parseScenario(value, `cell ${cell.id}`);
}

/** The scenario of every cell by its id: what can be known to be wrong is known before anything is run. */
export function cellScenarios(study: Study): Map<string, Scenario> {
  const scenarios = new Map(study.cells.map((cell) => [cell.id, cellScenario(study, cell)]));
  if (scenarios.size === study.cells.length) return scenarios;
  const ids = study.cells.map(({ id }) => id);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  throw badInput(`study ${study.name} has two cells called ${twice}`, 'Give each an id of its own.');
}

function withoutUselessBackbone(value: unknown): unknown {
  const { backbone, ...others } = value as { backbone?: unknown; data?: { source?: unknown } };
  return backbone !== undefined && others.data?.source === 'features' ? others : value;
}
