import { invariant } from '../../base/errors.js';
import { connectedComponents } from './connected-components.js';
import { sortByKeys, sortKeys } from './radix-sort.js';
import { descendingKey, isFiniteFloat, notFinite } from './ranking.js';

/**
 * All pixels of a test set, ranked by score, the normal ones apart from the few defective ones: of a normal pixel
 * nothing is known but its score. Scores are keys that rise as scores fall (see `descendingKey`).
 */
export interface PixelRanking {
  /** Rising. */
  readonly normal: Uint32Array;
  /** Rising; of equal ones, map after map and row by row. */
  readonly defective: Uint32Array;
  /** The region of each defective pixel, numbered 1 … over all maps. */
  readonly regions: Int32Array;
  /** Pixels of each region; region r is at r − 1. */
  readonly areas: Int32Array;
}

/**
 * Lines up anomaly maps with the regions of their masks.
 * @param maps height × width scores each, row by row
 * @param masks one for each map: height × width, anything but 0 is defective; null for a good image
 * @throws FeddymemError (run-failed) on a score that is not finite, naming its map and pixel
 */
export function rankPixels(
  maps: readonly Float32Array[],
  masks: readonly (Uint8Array | null)[],
  width: number,
  height: number,
): PixelRanking {
  invariant(maps.length === masks.length, `${maps.length} anomaly maps with ${masks.length} masks`);
  const size = width * height;
  const normal = new Uint32Array(maps.length * size);
  const defective: number[] = [];
  const regions: number[] = [];
  const areas: number[] = [];
  let normals = 0;
  maps.forEach((map, index) => {
    invariant(map.length === size, `anomaly map ${index} has ${map.length} pixels for ${width}×${height}`);
    const mask = masks[index];
    const components = mask && connectedComponents(mask, width, height);
    const bits = new Uint32Array(map.buffer, map.byteOffset, size);
    for (let pixel = 0; pixel < size; pixel++) {
      const key = descendingKey(bits[pixel]);
      if (!isFiniteFloat(bits[pixel])) throw notFinite(`score of map ${index}, pixel ${pixel}`, map[pixel]);
      const label = components ? components.labels[pixel] : 0;
      if (label === 0) normal[normals++] = key;
      else {
        defective.push(key);
        regions.push(areas.length + label);
      }
    }
    if (components) for (const area of components.areas) areas.push(area);
  });
  const sorted = sortByKeys(Uint32Array.from(defective), Int32Array.from(regions));
  return {
    normal: sortKeys(normal.subarray(0, normals)),
    defective: sorted.keys,
    regions: sorted.values,
    areas: Int32Array.from(areas),
  };
}
