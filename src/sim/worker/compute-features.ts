import { sha256 } from '../../base/hash.js';
import { extractMaps, mapNumbers } from '../../model/backbone/backbone.js';
import { packageVersions } from '../run/versions.js';
import { openImage } from '../data/load-image.js';
import { keepFeatures, readFeatures, writeFeatures } from './feature-cache.js';
import type { FeatureJob, FeatureResult } from './jobs.js';
import type { Workbench } from './workbench.js';

/** Makes sure that every image's features are in the cache and intact. */
export async function computeFeatures(bench: Workbench, { images }: FeatureJob): Promise<FeatureResult> {
  const { engine, backbone, cacheFolder } = bench;
  const { sharp: decoder, libvips, cpu, system, instructions = '' } = packageVersions();
  // Whatever may change a feature's bits is part of its address.
  const maker = `${backbone.key} ${engine.name} ${engine.version} sharp ${decoder} libvips ${libvips} ${cpu} ${system} ${instructions}`;
  const keys: string[] = [];
  let computed = 0;
  for (const location of images) {
    const image = await openImage(location);
    const key = sha256(`${image.hash} ${maker}`);
    if (await readFeatures(cacheFolder, key, mapNumbers(backbone))) await keepFeatures(cacheFolder, key);
    else {
      await writeFeatures(
        cacheFolder,
        key,
        await extractMaps(engine, backbone, await image.pixels(backbone.inputSize)),
      );
      computed++;
    }
    keys.push(key);
  }
  return { keys, computed };
}
