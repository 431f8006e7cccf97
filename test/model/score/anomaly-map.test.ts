import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { anomalyMapper } from '../../../src/model/score/anomaly-map.js';
import { imageScores } from '../../../src/model/score/image-score.js';

/** The three steps one after the other, pixel by pixel. */
function literalMap(cells: Float32Array, side: number, ring: number, size: number): number[] {
  const all = side + 2 * ring;
  const clamp = (value: number, high: number) => Math.min(Math.max(value, 0), high);
  const padded = (y: number, x: number) =>
    cells[clamp(y - ring, side - 1) * side + clamp(x - ring, side - 1)];
  const resized: number[][] = [];
  for (let y = 0; y < size; y++) {
    resized.push([]);
    for (let x = 0; x < size; x++) {
      const fy = clamp(((y + 0.5) * all) / size - 0.5, all - 1);
      const fx = clamp(((x + 0.5) * all) / size - 0.5, all - 1);
      const [y0, x0] = [Math.floor(fy), Math.floor(fx)];
      const [y1, x1] = [Math.min(y0 + 1, all - 1), Math.min(x0 + 1, all - 1)];
      const top = padded(y0, x0) * (1 - fx + x0) + padded(y0, x1) * (fx - x0);
      const bottom = padded(y1, x0) * (1 - fx + x0) + padded(y1, x1) * (fx - x0);
      resized[y].push(top * (1 - fy + y0) + bottom * (fy - y0));
    }
  }
  const mirror = (at: number) => {
    let index = at;
    while (index < 0 || index >= size) index = index < 0 ? -1 - index : 2 * size - 1 - index;
    return index;
  };
  const result: number[] = [];
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0;
      let total = 0;
      for (let dy = -16; dy <= 16; dy++) {
        for (let dx = -16; dx <= 16; dx++) {
          const weight = Math.exp(-(dy * dy + dx * dx) / 32);
          sum += weight * resized[mirror(y + dy)][mirror(x + dx)];
          total += weight;
        }
      }
      result.push(sum / total);
    }
  }
  return result;
}

describe('anomaly map', () => {
  it('is edge replication, bilinear resizing and a reflected Gaussian, in one', () => {
    const random = stream(1, 'cells');
    const cells = Float32Array.from({ length: 36 }, () => random.normal());
    const map = anomalyMapper({ height: 6, width: 6 }, 1, 24)(cells);
    literalMap(cells, 6, 1, 24).forEach((value, at) => expect(map[at]).toBeCloseTo(value, 5));
  });

  it('leaves a constant as it is', () => {
    const map = anomalyMapper({ height: 4, width: 5 }, 2, 32)(new Float32Array(20).fill(3));
    map.forEach((value) => expect(value).toBeCloseTo(3, 5));
  });
});

describe('image scores', () => {
  const cells = Float32Array.of(5, -1, 9, 2, 7, 3, 8);

  it('average the highest cells', () => {
    expect(imageScores['top-5'](cells)).toBeCloseTo((9 + 8 + 7 + 5 + 3) / 5, 6);
    expect(imageScores.max(cells)).toBe(9);
    expect(imageScores['top-percent'](Float32Array.from({ length: 200 }, (_, at) => at))).toBe(198.5);
  });

  it('work on images of fewer than five cells', () => {
    expect(imageScores['top-5'](Float32Array.of(1, 3))).toBe(2);
  });
});
