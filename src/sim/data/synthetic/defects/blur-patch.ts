import type { Canvas } from '../canvas.js';
import { mix } from '../wave.js';
import { blobCoverage } from './blobs.js';
import { blendCovered, type Defect } from './defect.js';

/** A greasy smear: inside a blob the texture is averaged over its neighbourhood and a haze lies over it. */
export const blurPatch: Defect = (canvas, { extent, contrast, scale }, random) => {
  const { size } = canvas;
  const coverage = blobCoverage(canvas, mix(0.072, 0.128, extent) * scale, 0.3, random);
  const reach = Math.max(1, Math.floor((size / 128) * 3 + 0.5));
  const smeared = boxMeans(canvas, coverage, reach);
  const amount = Math.min(1, 1.3 * contrast);
  const haze = 0.16 * contrast;
  return blendCovered(canvas, coverage, (before, channel, pixel) =>
    mix(before, mix(smeared[pixel * 3 + channel], 0.85, haze), amount),
  );
};

/** Means over squares of (2·reach + 1)² pixels, cut at the border; only where covered. */
function boxMeans({ colours, size }: Canvas, coverage: Float32Array, reach: number): Float32Array {
  const means = new Float32Array(colours.length);
  for (let pixel = 0; pixel < coverage.length; pixel++) {
    if (coverage[pixel] === 0) continue;
    const x = pixel % size;
    const y = (pixel - x) / size;
    const left = Math.max(0, x - reach);
    const right = Math.min(size - 1, x + reach);
    const top = Math.max(0, y - reach);
    const bottom = Math.min(size - 1, y + reach);
    const count = (right - left + 1) * (bottom - top + 1);
    for (let c = 0; c < 3; c++) {
      let sum = 0;
      for (let row = top; row <= bottom; row++)
        for (let column = left; column <= right; column++) sum += colours[(row * size + column) * 3 + c];
      means[pixel * 3 + c] = sum / count;
    }
  }
  return means;
}
