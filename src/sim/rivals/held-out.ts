import type { Method } from '../../model/methods/method.js';
import { methods, type MethodName } from '../../model/methods/registry.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import { loadClients } from '../data/clients.js';
import { parseScenario, withOverrides } from '../scenario/load.js';
import type { Federation } from './cells.js';

/** Whether a method gives a client that takes no part a detector. */
export function givesHeldOut(name: MethodName): boolean {
  const { method: settings } = parseScenario(
    { name: 'any', data: { source: 'synthetic' }, method: { name } },
    name,
  );
  const method: Method = methods[name];
  return method.steps(settings as MethodSettings, true).some(({ audience }) => audience === 'held-out');
}

/** The client that is held out at a seed: another one at each, in the order in which the federation lists them. */
export async function heldOutClient(
  { name, raw }: Federation,
  seed: number,
  dataFolder: string | undefined,
): Promise<string> {
  const scenario = parseScenario(withOverrides(raw, [{ path: ['seed'], value: seed }]), name);
  const clients = await loadClients(scenario, dataFolder);
  return clients[seed % clients.length].id;
}
