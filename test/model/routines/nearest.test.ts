import { afterAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { blockRows } from '../../../src/model/routines/blocks.js';
import { engineDistances } from '../../../src/model/routines/nearest.js';
import { mapRows, sumOfOuterProducts } from '../../../src/model/routines/rows.js';
import { naiveDistances } from '../../support/naive-distances.js';

const engine = createOnnxEngine();
afterAll(() => engine.dispose());
const distances = engineDistances(engine);

function numbers(rows: number, columns: number, name: string) {
  const random = stream(1, name);
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
}

describe('nearest slots by blocked matrix products', () => {
  it.each([
    [1, 1, 1],
    [7, 5, 3],
    [33, 40, 6],
    [1000, 17, 1],
  ])('agree with double loops: %i points, %i centres, %i nearest', async (rows, slots, count) => {
    const points = numbers(rows, 12, 'points');
    const centres = numbers(slots, 12, 'centres');
    const found = await distances.nearest(points, centres, count);
    const expected = await naiveDistances.nearest(points, centres, count);
    expect(found.indices).toEqual(expected.indices);
    found.squared.forEach((square, at) => expect(square).toBeCloseTo(expected.squared[at], 4));
    const all = await distances.squared(points, centres);
    const allExpected = await naiveDistances.squared(points, centres);
    all.forEach((square, at) => expect(square).toBeCloseTo(allExpected[at], 4));
  });

  it('gives ties to the lowest index, and never a negative distance', async () => {
    const points = matrix(2, 2, Float32Array.of(100, 100, -3, 4));
    const centres = matrix(3, 2, Float32Array.of(100, 100, 100, 100, -3, 4));
    const { indices, squared } = await distances.nearest(points, centres, 2);
    expect([...indices]).toEqual([0, 1, 2, 0]);
    expect(Math.min(...squared)).toBeGreaterThanOrEqual(0);
    expect(squared[0]).toBeLessThan(0.05);
  });

  it('keeps every block within its budget', () => {
    expect(blockRows(100_000, 2000) * 2000).toBeLessThanOrEqual(4 * 1024 * 1024);
    expect(blockRows(30, 10)).toBe(32);
    // Fewer rows than this would take another kernel.
    expect(blockRows(1, 10)).toBe(16);
    expect(blockRows(5, 1e9)).toBe(1);
  });
});

describe('row functions', () => {
  it('sum outer products over blocks and padding', async () => {
    const source = numbers(37, 5, 'rows');
    const sums = await sumOfOuterProducts(engine, source);
    for (let a = 0; a < 5; a++) {
      for (let b = 0; b < 5; b++) {
        let expected = 0;
        for (let row = 0; row < 37; row++) expected += source.data[row * 5 + a] * source.data[row * 5 + b];
        expect(sums[a * 5 + b]).toBeCloseTo(expected, 3);
      }
    }
  });

  it('map every row and drop the padding', async () => {
    const source = numbers(21, 3, 'map');
    const doubled = await mapRows(engine, source, {
      key: 'double',
      columns: 3,
      shared: [{ shape: [1], data: Float32Array.of(2) }],
      define: (ops, rows, [factor]) => ops.multiply(rows, factor),
    });
    expect([...doubled.data]).toEqual([...source.data.map((value) => 2 * value)]);
  });
});
