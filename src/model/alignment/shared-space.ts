import { matrix, type Matrix, type TensorMap } from '../../base/tensor.js';
import { readFloat32, readMatrix } from '../../base/tensor.js';
import type { Engine } from '../engine/engine.js';
import { mapRows, sumOfOuterProducts } from '../routines/rows.js';
import { activeChannels, type ChannelMoments } from './moments.js';

/** The space everyone works in: y = x·weights + offset, which standardises, drops dead channels and projects. */
export interface SharedSpace {
  /** [channels × dimensions] */
  readonly weights: Matrix;
  readonly offset: Float32Array;
}

/** @param projection [dimensions × active channels], rows orthonormal */
export function sharedSpace(moments: ChannelMoments, projection: Matrix): SharedSpace {
  const { means, deviations } = moments;
  const dimensions = projection.rows;
  const weights = matrix(means.length, dimensions);
  const offset = new Float64Array(dimensions);
  activeChannels(moments).forEach((channel, position) => {
    for (let axis = 0; axis < dimensions; axis++) {
      const weight = projection.data[axis * projection.columns + position] / deviations[channel];
      weights.data[channel * dimensions + axis] = weight;
      offset[axis] -= weight * means[channel];
    }
  });
  return { weights, offset: Float32Array.from(offset) };
}

/** Patch features into the shared space: [patches × channels] → [patches × dimensions]. */
export function intoSpace(
  engine: Engine,
  { weights, offset }: SharedSpace,
  features: Matrix,
): Promise<Matrix> {
  // A product whose other terms are zeros is the same number, bit for bit, at a hundredth of the work.
  const scales = diagonalOf(weights);
  return mapRows(engine, features, {
    key: scales ? 'scale and shift' : 'affine',
    columns: weights.columns,
    shared: [
      scales
        ? { shape: [scales.length], data: scales }
        : { shape: [weights.rows, weights.columns], data: weights.data },
      { shape: [offset.length], data: offset },
    ],
    define: (ops, rows, [factor, shift]) =>
      ops.add(scales ? ops.multiply(rows, factor) : ops.matmul(rows, factor), shift),
  });
}

/** The diagonal of a matrix that has nothing else, as of a space that only standardises; otherwise null. */
function diagonalOf({ data, rows, columns }: Matrix): Float32Array | null {
  if (rows !== columns) return null;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      if (row !== column && data[row * columns + column] !== 0) return null;
  }
  return Float32Array.from({ length: rows }, (_, at) => data[at * columns + at]);
}

/**
 * Σ x̃x̃ᵀ over patches, active channels only: [active × active].
 * @param centred subtract these patches' own mean first
 */
export async function standardisedOuterProducts(
  engine: Engine,
  moments: ChannelMoments,
  features: Matrix,
  centred = false,
): Promise<Float64Array> {
  const active = activeChannels(moments).length;
  const identity = matrix(active, active);
  for (let axis = 0; axis < active; axis++) identity.data[axis * active + axis] = 1;
  const standardised = await intoSpace(engine, sharedSpace(moments, identity), features);
  const sum = await sumOfOuterProducts(engine, standardised);
  if (!centred) return sum;
  const means = new Float64Array(active);
  standardised.data.forEach((value, at) => (means[at % active] += value / standardised.rows));
  return sum.map(
    (value, at) => value - standardised.rows * means[Math.floor(at / active)] * means[at % active],
  );
}

/** The upper triangle of a symmetric matrix, row by row: half the bytes. */
export function upperTriangle(symmetric: Float64Array, size: number): Float32Array {
  const result = new Float32Array((size * (size + 1)) / 2);
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) result[at++] = symmetric[row * size + column];
  }
  return result;
}

/** Undoes {@link upperTriangle}, adding into `target`. */
export function addSymmetric(target: Float64Array, triangle: Float32Array, size: number): void {
  let at = 0;
  for (let row = 0; row < size; row++) {
    for (let column = row; column < size; column++) {
      target[row * size + column] += triangle[at];
      if (column !== row) target[column * size + row] += triangle[at];
      at++;
    }
  }
}

export function encodeSpace({ weights, offset }: SharedSpace): TensorMap {
  return {
    weights: { type: 'F32', shape: [weights.rows, weights.columns], data: weights.data },
    offset: { type: 'F32', shape: [offset.length], data: offset },
  };
}

export function decodeSpace(tensors: TensorMap): SharedSpace {
  return { weights: readMatrix(tensors, 'weights'), offset: readFloat32(tensors, 'offset') };
}
