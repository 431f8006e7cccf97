import { mix } from '../wave.js';
import { blobCoverage } from './blobs.js';
import { blendCovered, type Defect } from './defect.js';

/** The texture is gone: a blob of its own mean colour, a shade darker, as of the ground below. */
export const missingPart: Defect = (canvas, { extent, contrast }, random) => {
  const coverage = blobCoverage(canvas.size, mix(0.065, 0.13, extent), 0.25, random);
  const mean = coveredMean(canvas.colours, coverage);
  const amount = Math.min(1, contrast);
  return blendCovered(
    canvas,
    coverage,
    (before, channel) => mix(before, mean[channel], amount) - 0.2 * contrast * mean[channel],
  );
};

function coveredMean(colours: Float32Array, coverage: Float32Array): number[] {
  const sums = [0, 0, 0];
  let weights = 0;
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    if (coverage[pixel] === 0) continue;
    weights += coverage[pixel];
    for (let c = 0; c < 3; c++) sums[c] += coverage[pixel] * colours[pixel * 3 + c];
  }
  return sums.map((sum) => sum / weights);
}
