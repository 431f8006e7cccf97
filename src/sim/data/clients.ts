import { basename, isAbsolute, join } from 'node:path';
import { badInput } from '../../base/errors.js';
import { sampleIndices, stream } from '../../base/random.js';
import type { FolderData, Scenario } from '../scenario/schema.js';
import { featureClients } from './feature-source.js';
import { readImageSet, type ImageSet } from './folder-source.js';
import type { ClientData, ImageRecord } from './image.js';
import { syntheticClients } from './synthetic-source.js';

/**
 * The clients of a scenario with their images.
 * @param dataFolder what relative paths of sets start from; undefined where nobody said
 */
export async function loadClients(scenario: Scenario, dataFolder: string | undefined): Promise<ClientData[]> {
  const { data, seed } = scenario;
  if (data.source === 'folder' && scenario.clients !== undefined) {
    throw badInput(
      `clients is ${scenario.clients}, but the clients of a folder follow from data.partition`,
      'Leave clients out, or use data.source synthetic or features.',
    );
  }
  const clients =
    data.source === 'folder'
      ? await folderClients(data, scenario, dataFolder)
      : data.source === 'synthetic'
        ? syntheticClients(data, scenario.clients ?? 6, seed)
        : featureClients(data, scenario.clients ?? 6, seed);
  for (const id of scenario.holdOut) {
    if (clients.some((client) => client.id === id)) continue;
    throw badInput(`holdOut names client ${id}, which does not exist`, `The clients are ${listed(clients)}.`);
  }
  if (clients.every((client) => scenario.holdOut.includes(client.id))) {
    throw badInput('holdOut leaves no client to take part', 'Take at least one client out of holdOut.');
  }
  for (const { id, train } of clients) {
    if (train.length === 0 && !scenario.holdOut.includes(id)) {
      throw badInput(
        `client ${id} has no normal training images`,
        'Check its partition, or put it into holdOut.',
      );
    }
  }
  return clients;
}

function listed(clients: readonly ClientData[]): string {
  const named = clients.slice(0, 20).map(({ id }) => id);
  return clients.length > named.length ? `${named.join(', ')} … ${clients.at(-1)!.id}` : named.join(', ');
}

async function folderClients(
  data: FolderData,
  scenario: Scenario,
  folder: string | undefined,
): Promise<ClientData[]> {
  const sets: { name: string; images: ImageSet }[] = [];
  for (const name of data.sets) {
    const relative = join(data.folder, name);
    if (!isAbsolute(relative) && folder === undefined) {
      throw badInput(
        `the scenario's images are in ${relative}, but nobody said where that is`,
        'Point --data or the environment variable FEDDYMEM_DATA to the data folder.',
      );
    }
    const images = await readImageSet(
      isAbsolute(relative) ? relative : join(folder!, relative),
      basename(name),
    );
    sets.push({ name: basename(name), images });
  }
  const repeated = sets.find(({ name }, index) => sets.findIndex((set) => set.name === name) < index);
  if (repeated)
    throw badInput(`data.sets has two sets called ${repeated.name}`, 'Rename one of the folders.');
  const parts =
    data.partition.by === 'source' ? sets.map(bySource) : byFileName(sets, data.partition.pattern);
  return parts.map((part) => limited(part, data, scenario.seed));
}

function bySource({ name, images }: { name: string; images: ImageSet }): ClientData {
  return { id: name, train: images.train, test: images.test };
}

/** One client for each text that the pattern's first group finds in file names of any set; other files are nobody's. */
function byFileName(sets: readonly { images: ImageSet }[], text: string): ClientData[] {
  const pattern = new RegExp(text);
  const train = sets.flatMap(({ images }) => images.train);
  const test = sets.flatMap(({ images }) => images.test);
  const keyOf = ({ id }: ImageRecord) => pattern.exec(basename(id))?.[1];
  const ids = [...new Set([...train, ...test].map(keyOf))].filter((key) => key !== undefined).sort();
  if (ids.length === 0) {
    throw badInput(
      `data.partition.pattern ${String(pattern)} matches no file name`,
      `Its first group must find the client in names such as ${basename(train[0].id)}.`,
    );
  }
  return ids.map((id) => ({
    id,
    train: train.filter((image) => keyOf(image) === id),
    test: test.filter((image) => keyOf(image) === id),
  }));
}

/** A seeded sample where the scenario sets limits. */
function limited(client: ClientData, { limits }: FolderData, seed: number): ClientData {
  const pick = (images: readonly ImageRecord[], limit: number | undefined, part: string) =>
    limit === undefined || images.length <= limit
      ? images
      : [...sampleIndices(stream(seed, 'client', client.id, 'limit', part), images.length, limit)].map(
          (at) => images[at],
        );
  return {
    id: client.id,
    train: pick(client.train, limits.train, 'train'),
    test: [
      ...pick(
        client.test.filter((image) => image.label === 0),
        limits.testGood,
        'good',
      ),
      ...pick(
        client.test.filter((image) => image.label === 1),
        limits.testDefective,
        'defective',
      ),
    ],
  };
}
