import { invariant } from '../../base/errors.js';
import { connectedComponents } from './connected-components.js';
import { rank, type Ranking } from './ranking.js';

/** All pixels of a test set, map after map and row by row, ranked by score. */
export interface PixelRanking extends Ranking {
  /** The defective region of each pixel, numbered 1 … over all maps; 0 is normal. */
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
  const scores = new Float32Array(maps.length * size);
  const regions = new Int32Array(maps.length * size);
  const areas: number[] = [];
  maps.forEach((map, index) => {
    invariant(map.length === size, `anomaly map ${index} has ${map.length} pixels for ${width}×${height}`);
    scores.set(map, index * size);
    const mask = masks[index];
    if (!mask) return;
    const components = connectedComponents(mask, width, height);
    for (let pixel = 0; pixel < size; pixel++) {
      const label = components.labels[pixel];
      if (label !== 0) regions[index * size + pixel] = areas.length + label;
    }
    for (const area of components.areas) areas.push(area);
  });
  const name = (index: number) => `score of map ${Math.floor(index / size)}, pixel ${index % size}`;
  return { ...rank(scores, name), regions, areas: Int32Array.from(areas) };
}
