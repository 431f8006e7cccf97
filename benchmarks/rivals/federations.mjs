// Federations in the order in which they are run: what is there after a stop should say most.
import { readScenarioFile } from '../../dist/sim/scenario/scenario-file.js';

const whole = ['mixed-six', 'tile-exposures', 'surface', 'objects', 'brain'];

export const federations = [...whole, ...whole.map((name) => `few-${name}`)];

/** Trials are compared on their images set aside. */
export const tuning = { federations: ['mixed-six', 'tile-exposures'], seed: 1 };

/** @returns {Promise<Map<string, { name: string, raw: unknown }>>} what their files say, before defaults */
export async function readFederations() {
  const all = await Promise.all(
    federations.map(async (name) => [name, { name, raw: await readScenarioFile(scenarioPath(name)) }]),
  );
  return new Map(all);
}

/** @param {string} name */
export function scenarioPath(name) {
  return `scenarios/${name}.yaml`;
}
