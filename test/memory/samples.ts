import fc from 'fast-check';
import type { RandomStream } from '../../src/base/random.js';
import { matrix, rowOf, type Matrix } from '../../src/base/tensor.js';
import type { MemoryBank } from '../../src/memory/memory-bank.js';

export function matrixOf(rows: readonly (readonly number[])[], columns = rows[0]?.length ?? 0): Matrix {
  return matrix(rows.length, columns, Float32Array.from(rows.flat()));
}

export function bankOf(
  rows: readonly (readonly number[])[],
  weights: readonly number[],
  variances: readonly number[] = weights.map(() => 0),
  columns?: number,
): MemoryBank {
  return {
    vectors: matrixOf(rows, columns),
    weights: Float64Array.from(weights),
    variances: Float64Array.from(variances),
  };
}

export function rowsIn(source: Matrix): number[][] {
  return Array.from({ length: source.rows }, (_, row) => Array.from(rowOf(source, row)));
}

/** Points of a coarse lattice: distances are exact, duplicates and ties abound. */
export const latticePoints = fc.integer({ min: 1, max: 3 }).chain((columns) =>
  fc
    .array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: columns, maxLength: columns }), {
      minLength: 1,
      maxLength: 24,
    })
    .map((rows) => matrixOf(rows)),
);

/** A number in ±range with all the digits that a float32 has. */
export const coordinate = (range: number) =>
  fc.float({ min: -Math.fround(range), max: Math.fround(range), noNaN: true });

const slot = (dimensions: number) =>
  fc.record({
    vector: fc.array(coordinate(8), { minLength: dimensions, maxLength: dimensions }),
    weight: fc.integer({ min: 1, max: 500 }),
    variance: fc.float({ min: 0, max: 4, noNaN: true }),
  });

/** Banks whose numbers all fit a float32. */
export function memoryBanks(minimumSlots = 0, maximumSlots = 24): fc.Arbitrary<MemoryBank> {
  return fc.integer({ min: 1, max: 4 }).chain((dimensions) =>
    fc.array(slot(dimensions), { minLength: minimumSlots, maxLength: maximumSlots }).map((slots) =>
      bankOf(
        slots.map(({ vector }) => vector),
        slots.map(({ weight }) => weight),
        slots.map(({ variance }) => variance),
        dimensions,
      ),
    ),
  );
}

/** Normal points around given centres. */
export function blobs(
  centres: readonly (readonly number[])[],
  each: number,
  deviation: number,
  random: RandomStream,
): Matrix {
  return matrixOf(
    centres.flatMap((centre) =>
      Array.from({ length: each }, () => centre.map((value) => value + deviation * random.normal())),
    ),
  );
}

/** Mean and per-dimension variance of everything behind a bank. */
export function momentsOf({ vectors, weights, variances }: MemoryBank): { mean: number[]; variance: number } {
  const rows = rowsIn(vectors);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = Array.from(
    { length: vectors.columns },
    (_, axis) => rows.reduce((sum, row, index) => sum + weights[index] * row[axis], 0) / total,
  );
  const spread = (row: readonly number[]) =>
    row.reduce((sum, value, axis) => sum + (value - mean[axis]) ** 2, 0) / vectors.columns;
  const variance =
    rows.reduce((sum, row, index) => sum + weights[index] * (variances[index] + spread(row)), 0) / total;
  return { mean, variance };
}

/** How far two sequences are apart at most; infinite when their lengths differ. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(0, ...Array.from(a, (value, index) => Math.abs(value - b[index])));
}
