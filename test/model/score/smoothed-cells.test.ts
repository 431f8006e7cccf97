import fc from 'fast-check';
import { expect, it } from 'vitest';
import { imageScores } from '../../../src/model/score/image-score.js';
import { reflect, smoothedCells } from '../../../src/model/score/smoothed-cells.js';

const grids = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) });
const maps = grids.chain((grid) =>
  fc.tuple(
    fc.constant(grid),
    fc.array(fc.float({ min: -50, max: 50, noNaN: true }), {
      minLength: grid.height * grid.width,
      maxLength: grid.height * grid.width,
    }),
  ),
);

it('is the Gaussian over the mirrored map, cell by cell', () => {
  fc.assert(
    fc.property(maps, ([grid, cells]) => {
      const smoothed = smoothedCells(Float32Array.from(cells), grid);
      const taps = Array.from({ length: 11 }, (_, at) => at - 5);
      const weight = (tap: number) => Math.exp(-(tap * tap) / 4.5);
      const total = taps.reduce((sum, tap) => sum + weight(tap), 0) ** 2;
      smoothed.forEach((value, at) => {
        const [row, column] = [Math.floor(at / grid.width), at % grid.width];
        let sum = 0;
        for (const down of taps)
          for (const right of taps) {
            const from = reflect(row + down, grid.height) * grid.width + reflect(column + right, grid.width);
            sum += (weight(down) * weight(right) * cells[from]) / total;
          }
        expect(Math.abs(value - sum)).toBeLessThan(1e-4);
      });
    }),
  );
});

it('leaves an even map alone and keeps the mean', () => {
  fc.assert(
    fc.property(maps, ([grid, cells]) => {
      const mean = (values: ArrayLike<number>) =>
        Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean(smoothedCells(Float32Array.from(cells), grid))).toBeCloseTo(mean(cells), 3);
    }),
  );
  const even = smoothedCells(new Float32Array(12).fill(3), { height: 3, width: 4 });
  even.forEach((value) => expect(value).toBeCloseTo(3, 5));
});

it('prefers what is a little unusual together to one cell that is alone', () => {
  const grid = { height: 12, width: 12 };
  const [alone, together] = [new Float32Array(144), new Float32Array(144)];
  alone[6 * 12 + 6] = 20;
  for (let row = 4; row < 8; row++)
    for (let column = 4; column < 8; column++) together[row * 12 + column] = 4;
  const score = (cells: Float32Array) => imageScores['smooth-top-20'](cells, grid);
  expect(score(together)).toBeGreaterThan(score(alone));
  expect(imageScores.max(together)).toBeLessThan(imageScores.max(alone));
});
