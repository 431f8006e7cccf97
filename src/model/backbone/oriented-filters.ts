import { sha256 } from '../../base/hash.js';
import type { Ops, Value } from '../engine/ops.js';
import type { Backbone } from './backbone.js';

const orientations = 6;
const cosines = [1, 0.8660254037844387, 0.5, 0, -0.5, -0.8660254037844387];
const sines = [0, 0.5, 0.8660254037844386, 1, 0.8660254037844387, 0.5];

export function orientedFilters(inputSize: number): Backbone {
  const side = inputSize / 4;
  const bank = kernels();
  return {
    name: 'oriented-filters',
    key: sha256(`oriented filters 0, ${inputSize} px`),
    inputSize,
    mapShapes: [0, 1, 2].map(() => ({ channels: 3 + 2 * orientations, height: side, width: side })),
    maps: <V extends Value>(ops: Ops<V>, image: V) => {
      const light = ops.log(ops.add(ops.multiply(image, 1 / 255), 0.1));
      const mix = ops.constant(Float32Array.of(1 / 3, 1 / 3, 1 / 3, 0.5, -0.5, 0, 0.25, 0.25, -0.5), [3, 3, 1, 1]);
      let planes = ops.convolve(light, mix, null, { stride: 1, padding: 0 });
      return [4, 2, 1].map((cell, scale) => {
        if (scale > 0) planes = ops.averagePool(planes, 2, 2, 0);
        const response = ops.convolve(ops.slice(planes, 1, 0, 1), ops.constant(bank, [2 * orientations, 1, 7, 7]), null, {
          stride: 1,
          padding: 3,
        });
        const pool = (x: V) => (cell === 1 ? x : ops.averagePool(x, cell, cell, 0));
        const energy = ops.log(ops.add(ops.sqrt(ops.add(ops.square(response), 1e-6)), 0.02));
        return ops.concat([pool(planes), pool(energy)], 1);
      });
    },
  };
}

function kernels(): Float32Array {
  const result = new Float32Array(2 * orientations * 49);
  for (let index = 0; index < orientations; index++) {
    for (const [odd, offset] of [
      [true, 0],
      [false, orientations],
    ] as const) {
      const kernel: number[] = [];
      for (let y = -3; y <= 3; y++) {
        for (let x = -3; x <= 3; x++) {
          const u = cosines[index] * x + sines[index] * y;
          const window = Math.max(0, 1 - (x * x + y * y) / 16) ** 4;
          kernel.push(odd ? u * window : (u * u - 1) * window);
        }
      }
      const mean = kernel.reduce((sum, value) => sum + value, 0) / 49;
      const centred = kernel.map((value) => value - mean);
      const length = Math.sqrt(centred.reduce((sum, value) => sum + value * value, 0));
      result.set(
        centred.map((value) => value / length),
        (offset + index) * 49,
      );
    }
  }
  return result;
}
