import { afterAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { alignments } from '../../../src/model/alignment/alignment.js';
import { activeChannels, combineMoments, momentSums } from '../../../src/model/alignment/moments.js';
import {
  addSymmetric,
  intoSpace,
  sharedSpace,
  standardisedOuterProducts,
  upperTriangle,
} from '../../../src/model/alignment/shared-space.js';
import { mapRows } from '../../../src/model/routines/rows.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';

const engine = createOnnxEngine();
afterAll(() => engine.dispose());

/** Correlated channels; channel 3 is constant. */
function features(rows: number, name: string) {
  const random = stream(1, name);
  const data = new Float32Array(rows * 6);
  for (let row = 0; row < rows; row++) {
    const common = random.normal();
    for (let channel = 0; channel < 6; channel++) {
      data[row * 6 + channel] =
        channel === 3 ? 4 : 2 + channel * (common + 0.3 * (channel + 1) * random.normal());
    }
    data[row * 6] = random.normal();
  }
  return matrix(rows, 6, data);
}

describe('federated moments', () => {
  const parts = [features(40, 'a'), features(25, 'b')];
  const pooled = matrix(65, 6, Float32Array.from([...parts[0].data, ...parts[1].data]));

  it('of the clients together are those of all patches', () => {
    const federated = combineMoments(
      parts.map((part) => momentSums(part, 'client')),
      'all',
    );
    for (let channel = 0; channel < 6; channel++) {
      const values = Array.from({ length: 65 }, (_, row) => pooled.data[row * 6 + channel]);
      const mean = values.reduce((sum, value) => sum + value, 0) / 65;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 65;
      expect(federated.means[channel]).toBeCloseTo(mean, 10);
      expect(federated.deviations[channel]).toBeCloseTo(Math.sqrt(variance), 6);
    }
  });

  it('mark constant channels as dead', () => {
    expect(activeChannels(combineMoments([momentSums(pooled, 'client')], 'all'))).toEqual([0, 1, 2, 4, 5]);
  });

  it('of constant channels alone are refused, by whose they are', () => {
    const constant = matrix(3, 2, Float32Array.of(1, 2, 1, 2, 1, 2));
    expect(() => combineMoments([momentSums(constant, 'client')], 'client exp3')).toThrow(
      'the features of client exp3 are the same in all 3 sampled patches',
    );
  });

  it('of a constant are refused, whatever rounding leaves of it', () => {
    const random = stream(3, 'constants');
    for (const rows of [3, 600, 20_000]) {
      const values = Float32Array.from({ length: 40 }, () => 0.3 + 4 * random.normal());
      const constant = matrix(
        rows,
        40,
        new Float32Array(rows * 40).map((_, at) => values[at % 40]),
      );
      const parts = [momentSums(constant, 'one'), momentSums(constant, 'two')];
      expect(() => combineMoments(parts, 'all')).toThrow(`the same in all ${2 * rows} sampled patches`);
    }
  });

  it('tell channels by themselves where most are constant', () => {
    const random = stream(4, 'few');
    // Rows of nothing but constants and rounding, but for the last channel.
    const data = Float32Array.from({ length: 500 * 8 }, (_, at) =>
      at % 8 === 7 ? random.normal() : at % 8 === 6 ? 1e-8 * random.normal() : (at % 8) - 3.9,
    );
    expect(activeChannels(combineMoments([momentSums(matrix(500, 8, data), 'client')], 'all'))).toEqual([7]);
  });

  it('keep weak channels beside strong ones, and both beside one beyond all numbers', () => {
    const sums = { count: 100, sums: Float64Array.of(0, 0, 0), squares: Float64Array.of(100, 1e-3, 1e308) };
    expect(activeChannels(combineMoments([sums, sums], 'all'))).toEqual([0, 1, 2]);
  });

  it.each([NaN, Infinity])('refuse features of %f and name whose they are', (value) => {
    const broken = matrix(2, 2, Float32Array.of(1, 2, value, 4));
    expect(() => momentSums(broken, 'client exp3')).toThrow(/features of client exp3/);
  });
});

describe('the shared space', () => {
  const rows = features(200, 'space');
  const moments = combineMoments([momentSums(rows, 'client')], 'all');

  it('that only standardises has the bits of a product with a diagonal matrix', async () => {
    const { data } = rows;
    const [weights, offset] = [matrix(6, 6), new Float32Array(6)];
    for (let axis = 0; axis < 6; axis++) {
      weights.data[axis * 7] = 1 / (axis + 1.7);
      offset[axis] = 0.3 * axis - 1;
    }
    const product = await mapRows(engine, rows, {
      key: 'affine',
      columns: 6,
      shared: [
        { shape: [6, 6], data: weights.data },
        { shape: [6], data: offset },
      ],
      define: (ops, x, [weight, shift]) => ops.add(ops.matmul(x, weight), shift),
    });
    expect((await intoSpace(engine, { weights, offset }, rows)).data).toEqual(product.data);
    const naive = data.map((value, at) => Math.fround(value * weights.data[(at % 6) * 7]) + offset[at % 6]);
    expect(product.data).toEqual(naive);
  });

  it('standardises, drops dead channels and projects in one product', async () => {
    const identity = matrix(5, 5);
    for (let axis = 0; axis < 5; axis++) identity.data[axis * 6] = 1;
    const { data } = await intoSpace(engine, sharedSpace(moments, identity), rows);
    activeChannels(moments).forEach((channel, axis) => {
      const expected = (rows.data[6 * 7 + channel] - moments.means[channel]) / moments.deviations[channel];
      expect(data[5 * 7 + axis]).toBeCloseTo(expected, 4);
    });
  });

  it.each(['minor', 'pca', 'orthogonal', 'none'] as const)('%s has orthonormal directions', async (name) => {
    const products = await standardisedOuterProducts(engine, moments, rows);
    const projection = alignments[name].project(
      5,
      name === 'none' ? 5 : 3,
      products,
      stream(1, 'projection'),
    );
    const count = projection.length / 5;
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let dot = 0;
        for (let axis = 0; axis < 5; axis++) dot += projection[a * 5 + axis] * projection[b * 5 + axis];
        expect(dot).toBeCloseTo(a === b ? 1 : 0, 10);
      }
    }
  });

  it('is spanned by the directions of least (minor) or most (pca) variance, with a positive peak', async () => {
    const products = await standardisedOuterProducts(engine, moments, rows);
    const second = products.map((value) => value / 200);
    const along = (direction: Float64Array) => {
      let sum = 0;
      for (let a = 0; a < 5; a++)
        for (let b = 0; b < 5; b++) sum += direction[a] * second[a * 5 + b] * direction[b];
      return sum;
    };
    const random = stream(2, 'directions');
    const least = alignments.minor.project(5, 1, second, random);
    const most = alignments.pca.project(5, 1, second, random);
    for (let trial = 0; trial < 200; trial++) {
      const direction = Float64Array.from({ length: 5 }, () => random.normal());
      const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
      const unit = direction.map((value) => value / length);
      expect(along(unit)).toBeGreaterThanOrEqual(along(least) - 1e-9);
      expect(along(unit)).toBeLessThanOrEqual(along(most) + 1e-9);
    }
    for (const direction of [least, most]) {
      const peak = direction.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
      expect(peak).toBeGreaterThan(0);
    }
  });

  it('sends a symmetric matrix as its upper triangle', () => {
    const symmetric = Float64Array.of(1, 2, 3, 2, 4, 5, 3, 5, 6);
    const sum = Float64Array.from(symmetric);
    addSymmetric(sum, upperTriangle(symmetric, 3), 3);
    expect([...sum]).toEqual([2, 4, 6, 4, 8, 10, 6, 10, 12]);
  });
});
