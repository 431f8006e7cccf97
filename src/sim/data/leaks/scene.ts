import { detailOf } from './detail.js';
import { affineFamily, innerLength } from './registration.js';
import { orthonormal } from './vectors.js';

/** Fewer pictures than this have no scene: their mean would be mostly one of themselves. */
const fewest = 8;

/** What the pictures of a scene have in common, as an orthonormal span; at least the mean brightness. */
export type Scene = readonly Float64Array[];

/**
 * The mean picture of a scene and its small displacements. Where a camera always sees the same fixture, all pictures
 * are alike by it; what is left of them without it is the specimen. The mean of unlike pictures is nearly flat and
 * takes nothing away.
 * @param thumbnails of the scene's training images, in a fixed order: the sum's bits depend on it
 */
export function sceneOf(thumbnails: readonly Uint16Array[]): Scene {
  const even = new Float64Array(innerLength).fill(1);
  if (thumbnails.length < fewest) return orthonormal([even]);
  const mean = new Float64Array(thumbnails[0].length);
  for (const thumbnail of thumbnails) {
    const detail = detailOf(thumbnail);
    for (let at = 0; at < mean.length; at++) mean[at] += detail[at] / thumbnails.length;
  }
  return orthonormal([even, ...affineFamily(Float32Array.from(mean))]);
}
