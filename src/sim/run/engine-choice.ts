import { invariant } from '../../base/errors.js';
import { chooseEngine } from '../../model/engine/available.js';
import type { EngineName } from '../../model/engine/engine.js';
import type { Scenario } from '../scenario/schema.js';

/** The scenario with `auto` replaced by the engine that this machine runs best. */
export async function withEngine(scenario: Scenario): Promise<Scenario> {
  if (scenario.engine !== 'auto') return scenario;
  return { ...scenario, ...(await chooseEngine()) };
}

/** The engine of a scenario in which it has been chosen. */
export function engineOf({ engine }: Scenario): EngineName {
  invariant(engine !== 'auto', 'the engine has not been chosen yet');
  return engine;
}
