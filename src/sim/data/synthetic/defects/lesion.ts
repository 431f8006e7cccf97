import { clamp01, mix } from '../wave.js';
import { blobCoverage } from './blobs.js';
import { blendCovered, type Defect } from './defect.js';

/** A soft patch of other tissue: bright with a brighter core, or dark; its surroundings fade into it. */
export const lesion: Defect = (canvas, { extent, contrast, scale }, random) => {
  const coverage = blobCoverage(canvas, mix(0.06, 0.11, extent) * scale, 0.7, random);
  const bright = random.uniform() < 0.75;
  const target = bright ? 0.92 : 0.12;
  const amount = Math.min(1, contrast);
  return blendCovered(canvas, coverage, (before, _, pixel) => {
    // Some of the tissue's own structure still shows through.
    const core = clamp01(coverage[pixel] * coverage[pixel]);
    return mix(before, target + 0.3 * (before - 0.5), amount * mix(0.6, 0.9, core));
  });
};
