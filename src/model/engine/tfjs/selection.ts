import * as tf from '@tensorflow/tfjs-core';

/** Finding the smallest and picking rows, without gradient. */
export interface Selection {
  /** The `count` smallest of every row with their column numbers, in increasing order, ties to the lowest index. */
  smallest(rows: tf.Tensor, count: number): { values: tf.Tensor; indices: tf.Tensor };
  /** Rows of a matrix by indices of any shape. */
  gatherRows(matrix: tf.Tensor, indices: tf.Tensor): tf.Tensor;
}

/** By the backend's kernels; the top-k of all of tfjs's backends gives ties to the lowest index. */
export const selectionByKernels: Selection = {
  smallest(rows, count) {
    const { values, indices } = tf.topk(tf.neg(rows), count, true);
    return { values: tf.neg(values), indices };
  },
  gatherRows: (matrix, indices) => tf.gather(matrix, indices),
};

/**
 * In JavaScript, for a backend whose numbers it can see without a copy: one pass for the few neighbours that we look
 * for instead of a sort of every row, and whole rows copied instead of number by number.
 * @param view a tensor's numbers, valid until the next tensor is made
 */
export function selectionInView(view: (tensor: tf.Tensor) => Float32Array | Int32Array): Selection {
  return {
    smallest(rows, count) {
      const shape = [...rows.shape.slice(0, -1), count];
      const { values, indices } = smallestOfRows(view(rows), rows.shape.at(-1)!, count);
      return { values: tf.tensor(values, shape), indices: tf.tensor(indices, shape, 'int32') };
    },
    gatherRows(matrix, indices) {
      const [rows, width] = matrix.shape;
      const [numbers, wanted] = [view(matrix), view(indices)];
      const gathered = new Float32Array(wanted.length * width);
      wanted.forEach((row, at) => {
        tf.util.assert(row >= 0 && row < rows, () => `row ${row} of ${rows}`);
        gathered.set(numbers.subarray(row * width, (row + 1) * width), at * width);
      });
      return tf.tensor(gathered, [...indices.shape, width]);
    },
  };
}

function smallestOfRows(numbers: ArrayLike<number>, width: number, count: number) {
  const rows = numbers.length / width;
  const values = new Float32Array(rows * count);
  const indices = new Int32Array(rows * count);
  for (let row = 0; row < rows; row++) {
    const first = row * count;
    let found = 0;
    for (let column = 0; column < width; column++) {
      const value = numbers[row * width + column];
      if (found === count && !(value < values[first + count - 1])) continue;
      let place = first + (found < count ? found++ : count - 1);
      for (; place > first && value < values[place - 1]; place--) {
        values[place] = values[place - 1];
        indices[place] = indices[place - 1];
      }
      values[place] = value;
      indices[place] = column;
    }
  }
  return { values, indices };
}

/** The same numbers as a tensor that the tape has not seen being made: no gradient flows back, and none is computed. */
export function withoutGradient<T extends tf.Tensor>(tensor: T): T {
  if (tf.engine().state.gradientDepth === 0) return tensor;
  const { kernelFunc } = tf.getKernel('Identity', tf.getBackend());
  const info = kernelFunc({ inputs: { x: tensor }, backend: tf.backend() }) as tf.TensorInfo;
  return tf.engine().makeTensorFromTensorInfo(info) as T;
}
