import type { ContentHash } from '../../base/hash.js';
import type { ClientData, ImageRecord } from '../data/image.js';
import type { Executor } from './executor.js';

/** Images a job: small enough that workers finish together, large enough that jobs cost nothing. */
const imagesPerJob = 16;

/** Cache keys of a client's images, in their order. */
export interface ClientFeatures {
  readonly train: readonly ContentHash[];
  readonly test: readonly ContentHash[];
}

export interface FeatureProgress {
  readonly done: number;
  readonly total: number;
  /** Images that were not in the cache. */
  readonly computed: number;
}

/** Computes what the cache lacks of all clients' features. */
export async function prepareFeatures(
  clients: readonly ClientData[],
  executor: Executor,
  onProgress: (progress: FeatureProgress) => void,
  signal?: AbortSignal,
): Promise<Map<string, ClientFeatures>> {
  const images = clients.flatMap((client) => [...client.train, ...client.test]);
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
  const keysOf = (records: readonly ImageRecord[]) => records.map((record) => keys.get(record)!);
  return new Map(
    clients.map((client) => [client.id, { train: keysOf(client.train), test: keysOf(client.test) }]),
  );
}
