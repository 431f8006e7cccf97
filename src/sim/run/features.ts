import { badInput, invariant } from '../../base/errors.js';
import type { ClientData, ImageRecord } from '../data/image.js';
import type { BrokenImage, PatchSource, PreparedImage } from '../worker/jobs.js';
import type { Executor } from './executor.js';

/** Images a job: small enough that workers finish together, large enough that jobs cost nothing. */
const imagesPerJob = 16;

/** Where the features of a client's images come from, in their order. */
export interface ClientFeatures {
  readonly train: readonly PatchSource[];
  readonly test: readonly PatchSource[];
}

export interface FeatureProgress {
  readonly done: number;
  readonly total: number;
  /** Images that were not in the cache. */
  readonly computed: number;
}

/** An image that the run goes on without. */
export interface SkippedImage {
  readonly client: string;
  readonly image: string;
  readonly reason: string;
}

export interface PreparedFeatures {
  readonly features: ReadonlyMap<string, ClientFeatures>;
  /** The clients without their broken images. */
  readonly clients: readonly ClientData[];
  readonly skipped: readonly SkippedImage[];
}

/** Computes what the cache lacks of all clients' features; drawn features are left for their jobs to draw. */
export async function prepareFeatures(
  clients: readonly ClientData[],
  broken: 'fail' | 'skip',
  executor: Executor,
  onProgress: (progress: FeatureProgress) => void,
  signal?: AbortSignal,
): Promise<PreparedFeatures> {
  const images = clients.filter(({ drawn }) => !drawn).flatMap(({ train, test }) => [...train, ...test]);
  const prepared = new Map<ImageRecord, PreparedImage | BrokenImage>();
  let done = 0;
  let computed = 0;
  const batches = Array.from({ length: Math.ceil(images.length / imagesPerJob) }, (_, batch) =>
    images.slice(batch * imagesPerJob, (batch + 1) * imagesPerJob),
  );
  await Promise.all(
    batches.map(async (batch) => {
      const result = await executor.run({ kind: 'features', images: batch, broken });
      signal?.throwIfAborted();
      batch.forEach((image, index) => prepared.set(image, result.images[index]));
      done += batch.length;
      computed += result.computed;
      onProgress({ done, total: images.length, computed });
    }),
  );
  const skipped = clients.flatMap((client) => brokenOf(client, prepared));
  const whole = skipped.length > 0 ? clients.map((client) => withoutBroken(client, prepared)) : clients;
  const cached = (records: readonly ImageRecord[]) =>
    records.map((record): PatchSource => {
      const image = prepared.get(record);
      invariant(image !== undefined && 'key' in image, `${record.id} has no features`);
      return { kind: 'cached', key: image.key, category: record.category };
    });
  const features = whole.map((client): [string, ClientFeatures] => [
    client.id,
    client.drawn
      ? new DrawnClientFeatures(client)
      : { train: cached(client.train), test: cached(client.test) },
  ]);
  return { features: new Map(features), clients: whole, skipped };
}

type Preparations = ReadonlyMap<ImageRecord, PreparedImage | BrokenImage>;

function brokenOf(client: ClientData, prepared: Preparations): SkippedImage[] {
  if (client.drawn) return [];
  return [...client.train, ...client.test].flatMap((record) => {
    const image = prepared.get(record)!;
    return 'broken' in image ? [{ client: client.id, image: record.id, reason: image.broken }] : [];
  });
}

/** @throws FeddymemError (bad-input) when nothing is left to train on */
function withoutBroken(client: ClientData, prepared: Preparations): ClientData {
  if (client.drawn) return client;
  const usable = (records: readonly ImageRecord[]) =>
    records.filter((record) => 'key' in prepared.get(record)!);
  const train = usable(client.train);
  if (train.length === 0 && client.train.length > 0) {
    throw badInput(
      `client ${client.id}: all ${client.train.length} training images are broken`,
      'feddymem data check names each with its reason.',
    );
  }
  return { ...client, train, test: usable(client.test) };
}

/** Addresses of drawn features, made when they are asked for. A class for the sake of 100,000 clients' memory. */
class DrawnClientFeatures implements ClientFeatures {
  readonly #client: ClientData;

  constructor(client: ClientData) {
    this.#client = client;
  }

  get train(): readonly PatchSource[] {
    return this.#client.train.map(drawnSource);
  }

  get test(): readonly PatchSource[] {
    return this.#client.test.map(drawnSource);
  }
}

function drawnSource({ id, location }: ImageRecord): PatchSource {
  invariant(location.kind === 'drawn', `${id} is no drawn image, but its client's are`);
  return location;
}
