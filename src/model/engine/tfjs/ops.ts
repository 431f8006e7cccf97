import * as tf from '@tensorflow/tfjs-core';
import { invariant } from '../../../base/errors.js';
import type { Ops } from '../ops.js';
import { sameShape, sizeOf } from '../shapes.js';
import { block, mapped, type TfValue } from './block.js';
import type { Constants } from './constants.js';
import { imageOps } from './image-ops.js';
import { selectionByKernels, withoutGradient, type Selection } from './selection.js';

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
type Unary = (a: tf.Tensor) => tf.Tensor;

/** The vocabulary, computed at once by tfjs; its tape sees everything that has a gradient. */
export function createTfjsOps(constants: Constants, selection: Selection = selectionByKernels): Ops<TfValue> {
  const constant = (data: number | Float32Array, shape?: readonly number[]): TfValue =>
    typeof data === 'number'
      ? constants.next(shape ?? [], () => Float32Array.of(data))
      : constants.next(shape ?? [data.length], () => data);

  const binary =
    (compute: Binary) =>
    (a: TfValue, b: TfValue | number): TfValue => {
      const right = typeof b === 'number' ? constant(b) : b;
      const alike = sameShape(a.shape, right.shape) && sameShape(a.order, right.order);
      if (alike || right.shape.length === 0) return mapped(a, (stored) => compute(stored, right.stored));
      return block(compute(a.as(), right.as()));
    };
  const unary = (compute: Unary) => (a: TfValue) => mapped(a, compute);

  const sum = (a: TfValue, axes: readonly number[] = a.shape.map((_, axis) => axis), keepAxes = false) =>
    axes.length === 0 ? a : block(tf.sum(a.as(), [...axes], keepAxes));

  const ops: Ops<TfValue> = {
    constant,
    add: binary(tf.add),
    subtract: binary(tf.sub),
    multiply: binary(tf.mul),
    divide: binary(tf.div),
    relu: unary(tf.relu),
    exp: unary(tf.exp),
    log: unary(tf.log),
    sqrt: unary(tf.sqrt),
    square: unary(tf.square),
    step: unary((a) => tf.step(withoutGradient(a))),

    matmul: (a, b) => block(tf.matMul(a.as(), b.as())),
    transpose: (a, permutation = [1, 0]) => block(tf.transpose(a.as(), [...permutation])),
    reshape: (a, shape) => block(tf.reshape(a.as(), [...shape])),
    broadcastTo: (a, shape) => (sameShape(a.shape, shape) ? a : block(tf.broadcastTo(a.as(), [...shape]))),
    slice(a, axis, start, end) {
      const begin = a.shape.map((_, at) => (at === axis ? start : 0));
      const size = a.shape.map((length, at) => (at === axis ? end - start : length));
      return block(tf.slice(a.as(), begin, size));
    },
    concat: (parts, axis) =>
      parts.length === 1
        ? parts[0]
        : block(
            tf.concat(
              parts.map((part) => part.as()),
              axis,
            ),
          ),
    sum,
    mean(a, axes, keepAxes) {
      const total = sum(a, axes, keepAxes);
      return ops.multiply(total, sizeOf(total.shape) / sizeOf(a.shape));
    },
    stopGradient: unary(withoutGradient),

    smallest(a, count) {
      const width = a.shape.at(-1)!;
      invariant(count >= 1 && count <= width, `smallest ${count} of ${width}`);
      const { values, indices } = selection.smallest(withoutGradient(a.as()), count);
      return { values: block(values), indices: block(indices) };
    },
    gatherRows: (a, indices) => block(selection.gatherRows(withoutGradient(a.as()), indices.as())),
    ...imageOps(constants),
  };
  return ops;
}
