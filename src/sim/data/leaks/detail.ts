import { stepsPerLevel, thumbnailSide as side } from './thumbnail.js';

/** What is left of a thumbnail where coarse shading and contrast are taken out: [64×64]. */
export type Detail = Float32Array;

/** Half the side of the window whose mean and contrast are taken out. */
const reach = 3;

/** Contrast in grey levels below which a place counts less: the noise of JPEG at a quality of 75. */
const noise = 1.5;

/**
 * Local contrast normalisation: smoothed once with [1 2 1]/4, less the mean of a 7×7 window, over its contrast. Every
 * place then weighs alike. Without it the edges that all pictures of a static scene share outweigh all that is
 * specific to a specimen: busbars of solar cells correlate at 0.998 from one cell to the next.
 */
export function detailOf(thumbnail: Uint16Array): Detail {
  const grey = smoothed(Float64Array.from(thumbnail, (value) => value / stepsPerLevel));
  const mean = windowMean(grey);
  const centred = grey.map((value, at) => value - mean[at]);
  const variance = windowMean(centred.map((value) => value * value));
  return Float32Array.from(centred, (value, at) => value / Math.sqrt(variance[at] + noise * noise));
}

/** [1 2 1]/4 along rows and columns; edges repeat. */
function smoothed(image: Float64Array): Float64Array {
  return alongRows(alongRows(image, threeTaps), threeTaps);
}

/** Mean of the part of a 7×7 window that lies in the picture. */
function windowMean(image: Float64Array): Float64Array {
  return alongRows(alongRows(image, windowRow), windowRow);
}

/** Filters rows and transposes: twice, and both directions are done. */
function alongRows(image: Float64Array, filter: (row: Float64Array, x: number) => number): Float64Array {
  const result = new Float64Array(image.length);
  for (let y = 0; y < side; y++) {
    const row = image.subarray(y * side, (y + 1) * side);
    for (let x = 0; x < side; x++) result[x * side + y] = filter(row, x);
  }
  return result;
}

function threeTaps(row: Float64Array, x: number): number {
  return (row[Math.max(0, x - 1)] + 2 * row[x] + row[Math.min(side - 1, x + 1)]) / 4;
}

function windowRow(row: Float64Array, x: number): number {
  const from = Math.max(0, x - reach);
  const to = Math.min(side - 1, x + reach);
  let sum = 0;
  for (let at = from; at <= to; at++) sum += row[at];
  return sum / (to - from + 1);
}
