import { mix } from '../wave.js';
import { blobCoverage } from './blobs.js';
import { blendCovered, type Defect } from './defect.js';

/** A stain or a splash: a blob darker or brighter than its surroundings, through which the texture still shows. */
export const spot: Defect = (canvas, { extent, contrast, scale }, random) => {
  const coverage = blobCoverage(canvas, mix(0.045, 0.09, extent) * scale, 0.5, random);
  const change = contrast * (random.uniform() < 0.65 ? -0.42 : 0.38);
  return blendCovered(canvas, coverage, (before) => before * (1 + change) + 0.2 * change);
};
