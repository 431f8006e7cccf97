import { badInput } from '../../base/errors.js';
import { withOverrides, parseScenario, type Override } from '../scenario/load.js';
import type { ScenarioSegment } from './build-federation.js';

/** What is decided at the start and can't change on the way. */
const fixed = [
  'seed',
  'engine',
  'engineDevice',
  'clients',
  'data',
  'backbone',
  'holdOut',
  'method.name',
  'method.alignment',
  'method.dimensions',
  'method.patches',
  'method.calibrationShare',
  'method.calibration',
  'method.training.generator',
];

/**
 * The segments of a run that goes on with other settings from a round on.
 * @throws FeddymemError (bad-input) on a round that does not exist and on a field that is fixed at the start
 */
export function forkedSegments(
  segments: readonly ScenarioSegment[],
  round: number,
  overrides: readonly Override[],
): ScenarioSegment[] {
  const { scenario: last } = segments[segments.length - 1];
  const scenario = parseScenario(withOverrides(last, overrides), '--set');
  for (const { path } of overrides) {
    const field = path.join('.');
    const stays = fixed.find(
      (name) => field === name || field.startsWith(`${name}.`) || name.startsWith(`${field}.`),
    );
    if (stays !== undefined) {
      throw badInput(
        `--set ${field}: ${stays} is fixed at the start of a run`,
        `A fork can change anything but ${fixed.join(', ')}. Start a new run for those.`,
      );
    }
  }
  const { rounds } = scenario.method;
  if (round > rounds || round > last.method.rounds + 1) {
    throw badInput(
      `--round ${round}: the run has ${last.method.rounds} rounds, the fork ${rounds}`,
      'Fork at one of them; --set method.rounds=… adds more.',
    );
  }
  return [...segments.filter(({ fromRound }) => fromRound < round), { fromRound: round, scenario }];
}
