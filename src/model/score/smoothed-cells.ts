import { portableExp } from '../../base/portable-math.js';
import type { PatchGrid } from '../backbone/backbone.js';

/** Standard deviation of the smoothing, in cells. */
const smoothing = 1.5;
const radius = Math.ceil(3 * smoothing);
const kernel = normalised(
  Float64Array.from({ length: 2 * radius + 1 }, (_, at) =>
    portableExp(-((at - radius) * (at - radius)) / (2 * smoothing * smoothing)),
  ),
);

/** Cell scores after a Gaussian of σ = 1.5 cells, cut off at 3 σ, with reflected borders. */
export function smoothedCells(cells: Float32Array, { height, width }: PatchGrid): Float32Array {
  const alongRows = new Float64Array(cells.length);
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++)
      for (let tap = -radius; tap <= radius; tap++)
        alongRows[row * width + column] +=
          kernel[tap + radius] * cells[row * width + reflect(column + tap, width)];
  const smoothed = new Float64Array(cells.length);
  for (let row = 0; row < height; row++)
    for (let tap = -radius; tap <= radius; tap++) {
      const source = reflect(row + tap, height) * width;
      for (let column = 0; column < width; column++)
        smoothed[row * width + column] += kernel[tap + radius] * alongRows[source + column];
    }
  return Float32Array.from(smoothed);
}

/** Mirrors an index at the borders, edge cells repeated: … 1 0 | 0 1 … */
export function reflect(index: number, size: number): number {
  const period = 2 * size;
  const wrapped = ((index % period) + period) % period;
  return wrapped < size ? wrapped : period - 1 - wrapped;
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}
