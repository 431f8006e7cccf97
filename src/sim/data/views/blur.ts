import { portableExp } from '../../../base/portable-math.js';
import { reflected } from './geometry.js';

/**
 * Gaussian blur with reflected borders, first along rows, then along columns.
 * @param pixels [size×size×3]
 * @param deviation in pixels, above 0
 * @returns [size×size×3]
 */
export function blurred(pixels: Float32Array, size: number, deviation: number): Float32Array {
  const weights = halfKernel(deviation);
  const across = blurAndTranspose(new Float64Array(pixels), size, weights);
  return new Float32Array(blurAndTranspose(across, size, weights));
}

/** Weights of a Gaussian at distances 0, 1, … up to three deviations; both sides together sum to 1. */
function halfKernel(deviation: number): Float64Array {
  const reach = Math.ceil(3 * deviation);
  const heights = Float64Array.from({ length: reach + 1 }, (_, distance) => {
    const deviations = distance / deviation;
    return portableExp((-deviations * deviations) / 2);
  });
  const sum = heights.reduce((total, height) => total + 2 * height, -heights[0]);
  return heights.map((height) => height / sum);
}

/**
 * Blurs along rows and exchanges rows and columns, so that doing it twice blurs along both and restores the order.
 * Doubles, because single precision would cost a conversion a tap.
 */
function blurAndTranspose(pixels: Float64Array, size: number, weights: Float64Array): Float64Array {
  const reach = weights.length - 1;
  const result = new Float64Array(pixels.length);
  const padded = new Float64Array(3 * (size + 2 * reach));
  for (let y = 0; y < size; y++) {
    padRow(pixels, size, y, reach, padded);
    for (let x = 0; x < size; x++) {
      let before = 3 * (x + reach);
      let after = before;
      let red = weights[0] * padded[before];
      let green = weights[0] * padded[before + 1];
      let blue = weights[0] * padded[before + 2];
      for (let distance = 1; distance <= reach; distance++) {
        const weight = weights[distance];
        before -= 3;
        after += 3;
        red += weight * (padded[before] + padded[after]);
        green += weight * (padded[before + 1] + padded[after + 1]);
        blue += weight * (padded[before + 2] + padded[after + 2]);
      }
      const at = 3 * (x * size + y);
      result[at] = red;
      result[at + 1] = green;
      result[at + 2] = blue;
    }
  }
  return result;
}

/** Row `y` with `reach` reflected pixels on either side. */
function padRow(pixels: Float64Array, size: number, y: number, reach: number, padded: Float64Array): void {
  const row = 3 * size * y;
  padded.set(pixels.subarray(row, row + 3 * size), 3 * reach);
  for (let outside = 1; outside <= reach; outside++) {
    const left = row + 3 * reflected(-outside, size);
    const right = row + 3 * reflected(size - 1 + outside, size);
    for (let c = 0; c < 3; c++) {
      padded[3 * (reach - outside) + c] = pixels[left + c];
      padded[3 * (reach + size - 1 + outside) + c] = pixels[right + c];
    }
  }
}
