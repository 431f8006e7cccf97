import { FeddymemError, badInput } from '../../../base/errors.js';
import { hashJson } from '../../../base/hash.js';
import { libraryVersion } from '../../run/library-version.js';
import { packageVersions } from '../../run/versions.js';
import { keepChecked, readChecked, writeChecked } from '../../store/checked-entry.js';
import type { ClientData, ImageRecord } from '../image.js';
import { cachedFingerprint } from './cached-fingerprint.js';
import { findLeaks, type Leak, type Located } from './find-leaks.js';
import { fingerprintVersion } from './fingerprint.js';
import { leakSummary, type LeakSummary } from './summary.js';

/** An image file of the federation and whose it is. Plain data. */
export interface LocatedFile {
  readonly client: string;
  readonly id: string;
  /** Images that may share a fixed background. */
  readonly scene: string;
  readonly path: string;
}

/** All image files of a federation. Drawn images can't leak and are not among them. */
export interface FederationFiles {
  readonly train: readonly LocatedFile[];
  readonly test: readonly LocatedFile[];
}

/** Raised when the same fingerprints would give other leaks. */
const searchVersion = 1;
/** Files that are decoded at the same time. */
const atOnce = 8;

/** Null where all images are drawn. */
export function filesOf(clients: readonly ClientData[]): FederationFiles | null {
  const located = (split: 'train' | 'test') =>
    clients.flatMap((client) =>
      client.drawn ? [] : client[split].flatMap((image) => file(client.id, image)),
    );
  const files = { train: located('train'), test: located('test') };
  return files.train.length + files.test.length > 0 ? files : null;
}

function file(client: string, { id, location, source, category }: ImageRecord): LocatedFile[] {
  if (location.kind !== 'file') return [];
  return [{ client, id, scene: `${source}/${category}`, path: location.path }];
}

/**
 * Training images of any client that are among the test images of any client. Broken files are left to whoever
 * computes their features. What was found once is in the cache.
 * @param check called now and then; what it throws ends the search
 */
export async function leaksOf(
  files: FederationFiles,
  cacheFolder: string,
  check: () => void = () => undefined,
): Promise<LeakSummary> {
  const train = await fingerprinted(files.train, cacheFolder, check);
  const test = await fingerprinted(files.test, cacheFolder, check);
  const contents = ({ client, id, scene, fingerprint }: Located) => [
    client,
    id,
    scene ?? null,
    fingerprint.contentHash,
  ];
  const key = hashJson({
    leaks: [searchVersion, fingerprintVersion],
    train: train.map(contents),
    test: test.map(contents),
  });
  const known = await readChecked(cacheFolder, 'fingerprints', key);
  if (known) {
    await keepChecked(cacheFolder, 'fingerprints', key);
    return leakSummary(JSON.parse(known.toString('utf8')) as Leak[]);
  }
  const leaks = findLeaks(train, test, { check });
  await writeChecked(cacheFolder, 'fingerprints', key, Buffer.from(JSON.stringify(leaks)));
  return leakSummary(leaks);
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

async function fingerprinted(
  files: readonly LocatedFile[],
  cacheFolder: string,
  check: () => void,
): Promise<Located[]> {
  const { sharp, libvips } = packageVersions();
  const decoder = `sharp ${sharp} libvips ${libvips} fast-bmp ${libraryVersion('fast-bmp')}`;
  const found: Located[] = [];
  for (let start = 0; start < files.length; start += atOnce) {
    check();
    const batch = files.slice(start, start + atOnce);
    const fingerprints = await Promise.all(
      batch.map(({ path }) => cachedFingerprint(path, cacheFolder, decoder).catch(nullIfBroken)),
    );
    batch.forEach(({ client, id, scene }, at) => {
      const fingerprint = fingerprints[at];
      if (fingerprint) found.push({ client, id, scene, fingerprint });
    });
  }
  return found;
}

function nullIfBroken(error: unknown): null {
  if (error instanceof FeddymemError && error.code === 'bad-input') return null;
  throw error;
}
