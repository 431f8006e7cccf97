import type { ImageRecord } from '../data/image.js';
import type { BrokenImage, FeatureJob, FeatureResult, Job, PreparedImage, ResultOf } from '../worker/jobs.js';
import { keepFeatures } from '../worker/feature-cache.js';
import type { Executor } from './executor.js';

/** Images whose features are in the cache, or will be: whichever run asked first. */
export type KnownFeatures = Map<string, Promise<PreparedImage | BrokenImage>>;

/**
 * An executor that computes and looks up an image's features once for all runs that know of each other. Each run says
 * of all of them that it uses them: others may prune the cache.
 */
export function withSharedFeatures(executor: Executor, known: KnownFeatures, cacheFolder: string): Executor {
  /** Null where the run that asked was stopped, which is no failure of this one, and where the entry is gone. */
  async function kept(
    one: Promise<PreparedImage | BrokenImage>,
  ): Promise<PreparedImage | BrokenImage | null> {
    const image = await one.catch(() => null);
    if (image === null || 'broken' in image) return image;
    return (await keepFeatures(cacheFolder, image.key)) ? image : null;
  }

  async function features({ images, broken }: FeatureJob): Promise<FeatureResult> {
    const addresses = images.map((image) => addressOf(image, broken));
    const unknown = new Map(addresses.map((address, at) => [address, images[at]]));
    for (const address of unknown.keys()) if (known.has(address)) unknown.delete(address);
    const own =
      unknown.size > 0 ? executor.run({ kind: 'features', images: [...unknown.values()], broken }) : null;
    [...unknown.keys()].forEach((address, at) => {
      const one = own!.then((result) => result.images[at]);
      known.set(address, one);
      // Whoever asks next tries again.
      one.catch(() => known.get(address) === one && known.delete(address));
    });
    const found = addresses.map((address) => known.get(address)!);
    const computed = own ? (await own).computed : 0;
    const settled = await Promise.all(found.map(kept));
    const lost = images.filter((_, at) => settled[at] === null);
    const again = lost.length > 0 ? await executor.run({ kind: 'features', images: lost, broken }) : null;
    let next = 0;
    return {
      images: settled.map((one) => one ?? again!.images[next++]),
      computed: computed + (again?.computed ?? 0),
    };
  }

  return {
    ...executor,
    run: <J extends Job>(job: J) =>
      (job.kind === 'features' ? features(job) : executor.run(job)) as Promise<ResultOf<J>>,
  };
}

/** Where a broken file is left out, its mask is looked at too. */
function addressOf({ location, mask }: ImageRecord, broken: FeatureJob['broken']): string {
  return JSON.stringify(broken === 'skip' ? [location, mask] : location);
}
