import { basename, isAbsolute, join } from 'node:path';
import { badInput, FeddymemError } from '../../base/errors.js';
import { sampleIndices, stream } from '../../base/random.js';
import type { FolderData } from '../scenario/schema.js';
import type { ClientData, ImageRecord } from './image.js';
import { revealLabel } from './label.js';
import { partition, type Pool } from './partition/partition.js';
import { readPartitionTable } from './partition/table.js';
import { readDataset } from './readers/find-set.js';
import { allTestImages, imagesOfSplit } from './validation.js';
import { viewOf } from './views/feature-skew.js';

/** Clients of image folders: the sets' images, dealt out, sampled, and seen through the clients' cameras. */
export async function folderClients(
  data: FolderData,
  count: number | undefined,
  seed: number,
  dataFolder: string | undefined,
  evaluated = allTestImages,
): Promise<ClientData[]> {
  const { train, test } = await poolOf(data, dataFolder);
  const pool = { train, test: imagesOfSplit(test, evaluated) };
  const { partition: scheme } = data;
  const column =
    scheme.by === 'column'
      ? await readPartitionTable(located(scheme.file, data, dataFolder, 'data.partition.file'), scheme)
      : undefined;
  const parts = partition(pool, scheme, { clients: count, seed, column });
  return parts.map((part) => seenBy(limited(part, data, seed), data, seed));
}

/** All images of all sets, in the order of the sets. */
async function poolOf(data: FolderData, dataFolder: string | undefined): Promise<Pool> {
  const train: ImageRecord[] = [];
  const test: ImageRecord[] = [];
  const names = new Set<string>();
  const problems: FeddymemError[] = [];
  for (const given of data.sets) {
    const { path, name = basename(path), ...reading } = typeof given === 'string' ? { path: given } : given;
    if (names.has(name)) {
      throw badInput(
        `data.sets has two sets called ${name}`,
        'Give one of them another name: { path: …, name: … }.',
      );
    }
    names.add(name);
    const root = located(path, data, dataFolder, 'data.sets');
    const set = await readDataset(root, { ...reading, name }).catch((error: unknown) => {
      if (!(error instanceof FeddymemError) || error.code !== 'bad-input') throw error;
      problems.push(error);
    });
    train.push(...(set?.train ?? []));
    test.push(...(set?.test ?? []));
  }
  if (problems.length === 1) throw problems[0];
  if (problems.length > 1) throw allOf(problems);
  return { train, test };
}

/** Who has to fetch data sets wants to know of all that are missing at once. */
function allOf(problems: readonly FeddymemError[]): FeddymemError {
  const lines = problems.map(({ message, hint }, at) => `${at + 1}. ${message}${hint ? `\n   ${hint}` : ''}`);
  return badInput(`${problems.length} of data.sets can't be read`, lines.join('\n'));
}

function located(path: string, data: FolderData, dataFolder: string | undefined, field: string): string {
  const relative = join(data.folder, path);
  if (isAbsolute(path)) return path;
  if (isAbsolute(relative)) return relative;
  if (dataFolder !== undefined) return join(dataFolder, relative);
  throw badInput(
    `${field}: ${relative} is relative, but nobody said to what`,
    'Point --data or the environment variable FEDDYMEM_DATA to the data folder.',
  );
}

/** A seeded sample where the scenario sets limits. */
function limited(client: ClientData, { limits }: FolderData, seed: number): ClientData {
  const pick = (images: readonly ImageRecord[], limit: number | undefined, part: string) =>
    limit === undefined || images.length <= limit
      ? images
      : [...sampleIndices(stream(seed, 'client', client.id, 'limit', part), images.length, limit)].map(
          (at) => images[at],
        );
  const labelled = (label: 0 | 1) => client.test.filter((image) => revealLabel(image.label) === label);
  return {
    id: client.id,
    train: pick(client.train, limits.train, 'train'),
    test: [
      ...pick(labelled(0), limits.testGood, 'good'),
      ...pick(labelled(1), limits.testDefective, 'defective'),
    ],
  };
}

function seenBy(client: ClientData, { featureSkew }: FolderData, seed: number): ClientData {
  const seen = (image: ImageRecord): ImageRecord => {
    const view = viewOf(featureSkew, seed, client.id, image.id);
    return view && image.location.kind === 'file'
      ? { ...image, location: { ...image.location, view } }
      : image;
  };
  return { id: client.id, train: client.train.map(seen), test: client.test.map(seen) };
}
