import { canonicalJson, type Json } from '../../base/hash.js';
import { loadClients } from '../data/clients.js';
import { backboneSource } from '../run/backbone-source.js';
import type { Scenario } from '../scenario/schema.js';
import { loadBackbone } from '../worker/workbench.js';

/**
 * Looks once for every data set and backbone that cells name.
 * @throws FeddymemError (bad-input) when one is not there
 */
export async function checkInputs(
  scenarios: Iterable<Scenario>,
  { dataFolder = process.env.FEDDYMEM_DATA, cacheFolder }: { dataFolder?: string; cacheFolder: string },
): Promise<void> {
  const looked = new Set<string>();
  for (const scenario of scenarios) {
    const { data, engine, backbone = null } = scenario;
    const key = canonicalJson([data as Json, engine, backbone as Json]);
    if (looked.has(key)) continue;
    looked.add(key);
    await loadClients(scenario, dataFolder);
    await loadBackbone(backboneSource(scenario, dataFolder, cacheFolder));
  }
}
