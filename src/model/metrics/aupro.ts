import { missingClass, undefinedMetric, type MetricValue } from './metric-value.js';
import { rankPixels, type PixelRanking } from './pixel-ranking.js';

/** The share of normal pixels that may be flagged, up to which the curve is integrated. */
const falsePositiveLimit = 0.3;

/**
 * Area under the per-region overlap curve (Bergmann et al. 2021, "The MVTec Anomaly Detection Dataset", IJCV): the
 * mean share found of each defective region against the share of normal pixels flagged, over all distinct
 * thresholds, integrated to a false-positive rate of 0.3 (linear where that falls between two) and divided by it.
 * Regions are 8-connected. Not defined without a defective or without a normal pixel.
 * @param maps height × width scores each, row by row
 * @param masks one for each map: height × width, anything but 0 is defective; null for a good image
 * @throws FeddymemError (run-failed) on a score that is not finite, naming its map and pixel
 */
export function aupro(
  maps: readonly Float32Array[],
  masks: readonly (Uint8Array | null)[],
  width: number,
  height: number,
): MetricValue {
  return rankedAupro(rankPixels(maps, masks, width, height));
}

/** {@link aupro} of pixels already sorted. */
export function rankedAupro({ normal, defective, regions, areas }: PixelRanking): MetricValue {
  const reason = missingClass(defective.length, normal.length, 'pixel');
  if (reason) return undefinedMetric(reason);
  // What one pixel of a region adds to the mean overlap.
  const gains = new Float64Array(areas.length + 1);
  areas.forEach((area, index) => (gains[index + 1] = 1 / (area * areas.length)));

  let sum = 0;
  let found = 0;
  let flagged = 0;
  let rateBefore = 0;
  let overlapBefore = 0;
  while (found < defective.length || flagged < normal.length) {
    // Pixels of one score are one threshold.
    const key =
      flagged === normal.length || defective[found] < normal[flagged] ? defective[found] : normal[flagged];
    let overlap = overlapBefore;
    while (flagged < normal.length && normal[flagged] === key) flagged++;
    for (; found < defective.length && defective[found] === key; found++) overlap += gains[regions[found]];
    const rate = flagged / normal.length;
    if (rate >= falsePositiveLimit) {
      const step = falsePositiveLimit - rateBefore;
      const overlapAtLimit = overlapBefore + (step / (rate - rateBefore)) * (overlap - overlapBefore);
      sum += (step * (overlapBefore + overlapAtLimit)) / 2;
      break;
    }
    sum += ((rate - rateBefore) * (overlapBefore + overlap)) / 2;
    rateBefore = rate;
    overlapBefore = overlap;
  }
  return { value: sum / falsePositiveLimit };
}
