import { badInput } from '../../base/errors.js';
import { serverId } from '../../actors/messages.js';
import type { Scenario } from '../scenario/schema.js';
import { featureClients } from './feature-source.js';
import { folderClients } from './folder-clients.js';
import type { ClientData } from './image.js';
import { syntheticClients } from './synthetic-source.js';

/**
 * The clients of a scenario with their images.
 * @param dataFolder what relative paths of sets start from; undefined where nobody said
 */
export async function loadClients(scenario: Scenario, dataFolder: string | undefined): Promise<ClientData[]> {
  const { data, seed, evaluate } = scenario;
  const clients =
    data.source === 'folder'
      ? await folderClients(data, scenario.clients, seed, dataFolder, evaluate)
      : data.source === 'synthetic'
        ? syntheticClients(data, scenario.clients ?? 6, seed, evaluate)
        : featureClients(data, scenario.clients ?? 6, seed, evaluate);
  refuseServer(clients);
  for (const id of scenario.holdOut) {
    if (clients.some((client) => client.id === id)) continue;
    throw badInput(`holdOut names client ${id}, which does not exist`, `The clients are ${listed(clients)}.`);
  }
  if (clients.every((client) => scenario.holdOut.includes(client.id))) {
    throw badInput('holdOut leaves no client to take part', 'Take at least one client out of holdOut.');
  }
  for (const client of clients) {
    const { id } = client;
    // No list of all images of 100,000 clients for the sake of this question.
    const images = client.fewestTrain ?? client.train.length;
    if (images === 0 && !scenario.holdOut.includes(id)) {
      throw badInput(
        `client ${id} has no normal training images`,
        'Check its partition, or put it into holdOut.',
      );
    }
  }
  return clients;
}

/** Messages go by name: the client's would be taken for the server's. */
function refuseServer(clients: readonly ClientData[]): void {
  if (clients.every(({ id }) => id !== serverId)) return;
  throw badInput(
    `a client is called ${serverId}, which is the server's own name`,
    'Rename what it is named after: the folder, the set (data.sets, name) or the value of the partition.',
  );
}

function listed(clients: readonly ClientData[]): string {
  const named = clients.slice(0, 20).map(({ id }) => id);
  return clients.length > named.length ? `${named.join(', ')} … ${clients.at(-1)!.id}` : named.join(', ');
}
