import { EigenvalueDecomposition, Matrix as DenseMatrix } from 'ml-matrix';
import type { RandomStream } from '../../base/random.js';

/**
 * How the shared space is chosen: D directions (rows, orthonormal) among the n active channels.
 * @param secondMoment [n×n] mean of x̃x̃ᵀ over all clients' patches; null where the choice needs none
 * @returns [D×n] row-major
 */
export interface Alignment {
  readonly needsSecondMoment: boolean;
  /** Whether second moments are taken around each client's own mean instead of the common one. */
  readonly centred?: boolean;
  project(
    channels: number,
    dimensions: number,
    secondMoment: Float64Array | null,
    random: RandomStream,
  ): Float64Array;
}

/** Eigenvectors of the smallest eigenvalues: what normal samples have in common varies least (default). */
const minor: Alignment = {
  needsSecondMoment: true,
  project: (channels, dimensions, secondMoment) =>
    eigenvectors(secondMoment!, channels, dimensions, 'smallest'),
};

/**
 * The same of the scatter within clients: directions in which the clients differ from one another are kept, so that
 * what is normal here is not taken for normal there.
 */
const minorWithin: Alignment = { ...minor, centred: true };

/** Principal components: eigenvectors of the largest eigenvalues. */
const pca: Alignment = {
  needsSecondMoment: true,
  project: (channels, dimensions, secondMoment) =>
    eigenvectors(secondMoment!, channels, dimensions, 'largest'),
};

/** Random orthonormal directions, the same for everybody who knows the seed: no covariance is sent. */
const orthogonal: Alignment = {
  needsSecondMoment: false,
  project(channels, dimensions, _, random) {
    const rows = new Float64Array(dimensions * channels).map(() => random.normal());
    for (let row = 0; row < dimensions; row++) {
      const current = rows.subarray(row * channels, (row + 1) * channels);
      // Twice: once leaves rounding errors where rows are nearly parallel.
      for (let pass = 0; pass < 2; pass++) {
        for (let other = 0; other < row; other++) {
          const earlier = rows.subarray(other * channels, (other + 1) * channels);
          const overlap = dot(current, earlier);
          for (let axis = 0; axis < channels; axis++) current[axis] -= overlap * earlier[axis];
        }
        const length = Math.sqrt(dot(current, current));
        for (let axis = 0; axis < channels; axis++) current[axis] /= length;
      }
    }
    return rows;
  },
};

/** Standardised features as they are: the dimension is the number of active channels. */
const none: Alignment = {
  needsSecondMoment: false,
  project: (channels) =>
    Float64Array.from({ length: channels * channels }, (_, index) => (index % (channels + 1) === 0 ? 1 : 0)),
};

/** The choices, by the name a scenario gives them. */
export const alignments = {
  minor,
  'minor-within': minorWithin,
  pca,
  orthogonal,
  none,
} as const satisfies Record<string, Alignment>;
export type AlignmentName = keyof typeof alignments;

function eigenvectors(
  symmetric: Float64Array,
  size: number,
  count: number,
  end: 'smallest' | 'largest',
): Float64Array {
  const dense = new DenseMatrix(size, size);
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) dense.set(row, column, symmetric[row * size + column]);
  const decomposition = new EigenvalueDecomposition(dense, { assumeSymmetric: true });
  const values = decomposition.realEigenvalues;
  const vectors = decomposition.eigenvectorMatrix;
  const sign = end === 'smallest' ? 1 : -1;
  const order = [...values.keys()].sort((a, b) => sign * (values[a] - values[b]) || a - b).slice(0, count);
  const result = new Float64Array(count * size);
  order.forEach((column, row) => {
    const vector = Float64Array.from(vectors.getColumn(column));
    result.set(withPositivePeak(vector), row * size);
  });
  return result;
}

/** An eigenvector is known up to its sign: the entry of largest magnitude is made positive. */
function withPositivePeak(vector: Float64Array): Float64Array {
  let peak = 0;
  for (const value of vector) if (Math.abs(value) > Math.abs(peak)) peak = value;
  return peak < 0 ? vector.map((value) => -value) : vector;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index] * b[index];
  return sum;
}
