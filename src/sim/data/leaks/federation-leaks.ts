import { FeddymemError, badInput } from '../../../base/errors.js';
import { packageVersions } from '../../run/versions.js';
import type { ClientData, ImageRecord } from '../image.js';
import { cachedFingerprint } from './cached-fingerprint.js';
import { findLeaks, type Located } from './find-leaks.js';
import { leakSummary, type LeakSummary } from './summary.js';

/** Files that are decoded at the same time. */
const atOnce = 8;

/**
 * Training images of any client that are among the test images of any client. Drawn images can't leak and are not
 * looked at; null where there are no others. Broken files are left to whoever computes their features.
 */
export async function leaksOf(
  clients: readonly ClientData[],
  cacheFolder: string,
  signal?: AbortSignal,
): Promise<LeakSummary | null> {
  const { sharp, libvips } = packageVersions();
  const decoder = `sharp ${sharp} libvips ${libvips}`;
  const jobs = clients.flatMap((client) =>
    client.drawn
      ? []
      : (['train', 'test'] as const).flatMap((split) =>
          client[split].flatMap((image) =>
            image.location.kind === 'file'
              ? [{ client: client.id, split, image, path: image.location.path }]
              : [],
          ),
        ),
  );
  if (jobs.length === 0) return null;
  const found: Record<'train' | 'test', Located[]> = { train: [], test: [] };
  for (let start = 0; start < jobs.length; start += atOnce) {
    signal?.throwIfAborted();
    const batch = jobs.slice(start, start + atOnce);
    const fingerprints = await Promise.all(
      batch.map(({ path }) => cachedFingerprint(path, cacheFolder, decoder).catch(ifBroken)),
    );
    batch.forEach(({ client, split, image }, at) => {
      const fingerprint = fingerprints[at];
      if (fingerprint) found[split].push({ client, id: image.id, scene: sceneOf(image), fingerprint });
    });
  }
  return leakSummary(findLeaks(found.train, found.test));
}

/** @throws FeddymemError (bad-input) naming the first pair, where there is one */
export function denyLeaks(leaks: LeakSummary | null): void {
  if (!leaks || leaks.exact + leaks.near === 0) return;
  const [{ kind, train, test }] = leaks.pairs;
  throw badInput(
    `${leaks.exact} exact and ${leaks.near} near duplicates between training and test images, the first: ` +
      `${train.id} of client ${train.client} ${kind === 'exact' ? 'is' : 'looks like'} ${test.id} of client ${test.client}`,
    'feddymem data leaks lists them; remove them from the data set, or run without --deny-leaks.',
  );
}

function sceneOf({ source, category }: ImageRecord): string {
  return `${source}/${category}`;
}

function ifBroken(error: unknown): null {
  if (error instanceof FeddymemError && error.code === 'bad-input') return null;
  throw error;
}
