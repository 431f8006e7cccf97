import { access } from 'node:fs/promises';
import { FeddymemError } from '../../base/errors.js';
import { sha256, type ContentHash } from '../../base/hash.js';
import { extractMaps, mapNumbers } from '../../model/backbone/backbone.js';
import { packageVersions } from '../run/versions.js';
import type { ImageRecord } from '../data/image.js';
import { loadMask, openImage, type OpenImage } from '../data/load-image.js';
import { cachePath, keepFeatures, readFeatures, writeFeatures } from './feature-cache.js';
import type {
  BrokenImage,
  CachedJob,
  CachedResult,
  FeatureJob,
  FeatureResult,
  PreparedImage,
} from './jobs.js';
import type { Workbench } from './workbench.js';

/** Side of the map to which a mask is read, only to see that it can be. */
const smallestMap = 8;

/** Makes sure that every image's features are in the cache and intact. */
export async function computeFeatures(bench: Workbench, job: FeatureJob): Promise<FeatureResult> {
  const maker = makerOf(bench);
  const images: (PreparedImage | BrokenImage)[] = [];
  let computed = 0;
  for (const image of job.images) {
    try {
      // A mask that can't be read must be known before the run leans on it, where the run is to go on without.
      if (job.broken === 'skip') await loadMask(image, smallestMap);
      const prepared = await prepareImage(bench, image, maker);
      images.push({ key: prepared.key });
      computed += prepared.computed;
    } catch (error) {
      if (job.broken === 'fail' || !(error instanceof FeddymemError) || error.code !== 'bad-input')
        throw error;
      images.push({ broken: error.message });
    }
  }
  return { images, computed };
}

/** How many of the images have an entry in the cache; one that can't be opened has none. */
export async function countCached(bench: Workbench, job: CachedJob): Promise<CachedResult> {
  const maker = makerOf(bench);
  let cached = 0;
  for (const { location } of job.images) {
    cached += await openImage(location)
      .then((image) => access(cachePath(bench.cacheFolder, keyOf(image, maker))))
      .then(
        () => 1,
        () => 0,
      );
  }
  return { cached };
}

/** Whatever may change a feature's bits is part of its address. */
function makerOf({ engine, backbone }: Workbench): string {
  const { sharp: decoder, libvips, cpu, system, instructions = '' } = packageVersions();
  return `${backbone.key} ${engine.name} ${engine.version} ${engine.device} sharp ${decoder} libvips ${libvips} ${cpu} ${system} ${instructions}`;
}

async function prepareImage(bench: Workbench, { location }: ImageRecord, maker: string) {
  const { engine, backbone, cacheFolder } = bench;
  const image = await openImage(location);
  const key = keyOf(image, maker);
  // Kept before it is read: who prunes meanwhile leaves what was there to be read.
  const isThere = await keepFeatures(cacheFolder, key);
  if (isThere && readFeatures(cacheFolder, key, mapNumbers(backbone))) return { key, computed: 0 };
  const maps = await extractMaps(engine, backbone, await image.pixels(backbone.inputSize));
  await writeFeatures(cacheFolder, key, maps);
  return { key, computed: 1 };
}

function keyOf({ hash, decoder }: OpenImage, maker: string): ContentHash {
  return sha256(decoder === null ? `${hash} ${maker}` : `${hash} ${maker} ${decoder}`);
}
