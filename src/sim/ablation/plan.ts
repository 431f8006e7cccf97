import { closest } from 'fastest-levenshtein';
import { badInput } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { parseOverride, parseScenario, withOverrides } from '../scenario/load.js';
import type { Scenario } from '../scenario/schema.js';
import { ablationAxes, type AblationAxisName } from './axes.js';
import type { AblationAxis, Variant } from './axis.js';

/** The axes that say something about a scenario, with the variants that differ from it. */
export interface PlannedAxis {
  readonly name: AblationAxisName;
  readonly about: string;
  readonly variants: readonly Variant[];
}

/**
 * Leaves out variants that are what the scenario says already, and those of training where nothing is trained.
 * @param wanted names of axes; left out: all
 * @throws FeddymemError (bad-input) on an unknown axis, on a scenario of another method, and where no variant is left
 */
export function planAblation(scenario: Scenario, wanted?: readonly string[]): PlannedAxis[] {
  if (scenario.method.name !== 'feddymem') {
    throw badInput(
      `an ablation takes feddymem apart, and method.name is ${scenario.method.name}`,
      'Leave method.name out, or set it with --set method.name=feddymem.',
    );
  }
  const names = Object.keys(ablationAxes) as AblationAxisName[];
  for (const name of wanted ?? []) {
    if ((names as string[]).includes(name)) continue;
    throw badInput(
      `--axes: there is no axis ${name}; did you mean ${closest(name, names)}?`,
      `The axes are ${names.join(', ')}.`,
    );
  }
  const { rounds, training } = scenario.method;
  const trained = rounds > 0 && training.steps > 0;
  const plan = names
    .filter((name) => wanted?.includes(name) ?? true)
    .map((name) => {
      const { about, variants, trains }: AblationAxis = ablationAxes[name];
      const found = trains && !trained ? [] : variants(scenario);
      return { name, about, variants: found.filter((variant) => isAnother(variant, scenario)) };
    })
    .filter(({ variants }) => variants.length > 0);
  if (plan.length > 0) return plan;
  throw badInput(
    'there is nothing to leave out: this scenario has none of these components',
    trained ? 'Choose other --axes.' : 'Nothing is trained: choose other --axes, or more rounds.',
  );
}

/** Whether the changes are allowed, and make another scenario. */
function isAnother({ changes }: Variant, scenario: Scenario): boolean {
  let changed;
  try {
    changed = parseScenario(withOverrides(scenario, changes.map(parseOverride)), 'the variant');
  } catch {
    // A choice that this scenario can't take: nothing to compare with.
    return false;
  }
  return canonicalJson(changed as Json) !== canonicalJson(scenario as Json);
}
