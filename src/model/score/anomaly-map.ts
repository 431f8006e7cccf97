import { portableExp } from '../../base/portable-math.js';
import type { PatchGrid } from '../backbone/backbone.js';
import { reflect } from './smoothed-cells.js';

/** Standard deviation of the smoothing, in pixels of the map. */
const smoothing = 4;

/**
 * Turns cell scores into a map of side `size`: outer rings replicated from the edge, bilinear, then a Gaussian of
 * σ = 4 px with reflected borders. All three are linear and separable, so one matrix a side does them.
 */
export function anomalyMapper(
  grid: PatchGrid,
  ring: number,
  size: number,
): (cells: Float32Array) => Float32Array {
  const vertical = upsampling(grid.height, ring, size);
  const horizontal = upsampling(grid.width, ring, size);
  const bands = bandsOf(horizontal, grid.width);
  return (cells) => {
    const widened = new Float32Array(grid.height * size);
    for (let row = 0; row < grid.height; row++) {
      for (let x = 0; x < size; x++) {
        let sum = 0;
        for (let column = bands[2 * x]; column < bands[2 * x + 1]; column++) {
          sum += horizontal[x * grid.width + column] * cells[row * grid.width + column];
        }
        widened[row * size + x] = sum;
      }
    }
    const map = new Float32Array(size * size);
    for (let y = 0; y < size; y++) {
      const target = map.subarray(y * size, (y + 1) * size);
      for (let row = 0; row < grid.height; row++) {
        const weight = vertical[y * grid.height + row];
        if (weight === 0) continue;
        for (let x = 0; x < size; x++) target[x] += weight * widened[row * size + x];
      }
    }
    return map;
  };
}

/** Where each row's weights begin and end, [size × 2]: the others are 0. */
function bandsOf(weights: Float32Array, cells: number): Int32Array {
  const bands = new Int32Array((2 * weights.length) / cells);
  for (let row = 0; row * cells < weights.length; row++) {
    const own = weights.subarray(row * cells, (row + 1) * cells);
    bands[2 * row] = own.findIndex((weight) => weight !== 0);
    bands[2 * row + 1] = own.findLastIndex((weight) => weight !== 0) + 1;
  }
  return bands;
}

/** [size × cells]: smoothing · bilinear resizing · edge replication along one axis. */
function upsampling(cells: number, ring: number, size: number): Float32Array {
  const all = cells + 2 * ring;
  const bilinear = new Float64Array(size * cells);
  for (let pixel = 0; pixel < size; pixel++) {
    const at = Math.min(Math.max(((pixel + 0.5) * all) / size - 0.5, 0), all - 1);
    const low = Math.floor(at);
    const inner = (cell: number) => Math.min(Math.max(cell - ring, 0), cells - 1);
    bilinear[pixel * cells + inner(low)] += 1 - (at - low);
    bilinear[pixel * cells + inner(Math.min(low + 1, all - 1))] += at - low;
  }
  const radius = 4 * smoothing;
  const kernel = Float64Array.from({ length: 2 * radius + 1 }, (_, index) =>
    portableExp(-((index - radius) * (index - radius)) / (2 * smoothing * smoothing)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const result = new Float64Array(size * cells);
  for (let pixel = 0; pixel < size; pixel++) {
    kernel.forEach((weight, index) => {
      const source = reflect(pixel + index - radius, size);
      for (let cell = 0; cell < cells; cell++) {
        result[pixel * cells + cell] += (weight / total) * bilinear[source * cells + cell];
      }
    });
  }
  return Float32Array.from(result);
}
