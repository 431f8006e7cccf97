import { rankedAupro } from './aupro.js';
import { pixelAuroc } from './auroc.js';
import type { MetricValue } from './metric-value.js';
import { rankPixels } from './pixel-ranking.js';

/** How well anomaly maps find the defective pixels. */
export interface PixelMetrics {
  readonly pixelAuroc: MetricValue;
  readonly aupro: MetricValue;
}

/**
 * The pixel metrics of a test set, from one sort of its pixels.
 * @param maps height × width scores each, row by row
 * @param masks one for each map: height × width, anything but 0 is defective; null for a good image
 * @throws FeddymemError (run-failed) on a score that is not finite, naming its map and pixel
 */
export function pixelMetrics(
  maps: readonly Float32Array[],
  masks: readonly (Uint8Array | null)[],
  width: number,
  height: number,
): PixelMetrics {
  const ranking = rankPixels(maps, masks, width, height);
  return { pixelAuroc: pixelAuroc(ranking), aupro: rankedAupro(ranking) };
}
