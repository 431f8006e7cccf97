import { invariant } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import type { ClientData, ImageRecord } from '../data/image.js';
import type { PatchSource } from '../worker/jobs.js';
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

/** Computes what the cache lacks of all clients' features; drawn features are left for their jobs to draw. */
export async function prepareFeatures(
  clients: readonly ClientData[],
  executor: Executor,
  onProgress: (progress: FeatureProgress) => void,
  signal?: AbortSignal,
): Promise<Map<string, ClientFeatures>> {
  const pictured = clients.filter((client) => !client.drawn);
  const images = pictured.flatMap((client) => [...client.train, ...client.test]);
  const keys = new Map<ImageRecord, ContentHash>();
  let done = 0;
  let computed = 0;
  const batches = Array.from({ length: Math.ceil(images.length / imagesPerJob) }, (_, batch) =>
    images.slice(batch * imagesPerJob, (batch + 1) * imagesPerJob),
  );
  await Promise.all(
    batches.map(async (batch) => {
      const result = await executor.run({ kind: 'features', images: batch.map((image) => image.location) });
      signal?.throwIfAborted();
      batch.forEach((image, index) => keys.set(image, result.keys[index]));
      done += batch.length;
      computed += result.computed;
      onProgress({ done, total: images.length, computed });
    }),
  );
  const cached = (records: readonly ImageRecord[]) =>
    records.map((record): PatchSource => ({ kind: 'cached', key: keys.get(record)! }));
  return new Map(
    clients.map((client) => [
      client.id,
      client.drawn
        ? new DrawnClientFeatures(client)
        : { train: cached(client.train), test: cached(client.test) },
    ]),
  );
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
