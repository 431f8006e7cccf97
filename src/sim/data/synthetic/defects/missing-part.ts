import { mix } from '../wave.js';
import { blobCoverage } from './blobs.js';
import { blendCovered, type Defect } from './defect.js';

/** A blob is gone: the ground below shows, or where nobody has seen it, the blob's mean colour; a shade darker. */
export const missingPart: Defect = (canvas, { extent, contrast, scale }, random) => {
  const coverage = blobCoverage(canvas, mix(0.065, 0.13, extent) * scale, 0.25, random);
  const mean = coveredMean(canvas.colours, coverage);
  const below = (channel: number, pixel: number) =>
    canvas.ground ? canvas.ground[pixel * 3 + channel] : mean[channel];
  const amount = Math.min(1, contrast);
  return blendCovered(canvas, coverage, (before, channel, pixel) => {
    const ground = below(channel, pixel);
    return mix(before, ground, amount) - 0.2 * contrast * ground;
  });
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
