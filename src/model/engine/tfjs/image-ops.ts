import * as tf from '@tensorflow/tfjs-core';
import type { Ops } from '../ops.js';
import { windowCount } from '../shapes.js';
import { block, channelsLast, type TfValue } from './block.js';
import type { Constants } from './constants.js';
import { withoutGradient } from './selection.js';

type ImageOps = Pick<Ops<TfValue>, 'convolve' | 'maxPool' | 'averagePool' | 'resizeBilinear'>;

/** How tfjs wants filters: [height×width×inputs×outputs] for our [outputs×inputs×height×width]. */
const filterOrder = [2, 3, 1, 0];

/**
 * Operations on images, without gradient. Pooling pads by itself: TensorFlow's own kernels refuse a width of padding
 * in numbers, and backends differ in what they count in a mean.
 */
export function imageOps(constants: Constants): ImageOps {
  return {
    convolve(image, weight, bias, { stride, padding, groups = 1 }) {
      const pixels = imageOf(image);
      const filter = withoutGradient(weight.as(filterOrder)) as tf.Tensor4D;
      const added = bias && withoutGradient(bias.as());
      if (groups === 1 && added) {
        return stored(tf.fused.conv2d({ x: pixels, filter, strides: stride, pad: padding, bias: added }));
      }
      const convolved = groups === 1 ? tf.conv2d(pixels, filter, stride, padding) : inGroups(pixels, filter);
      return stored(added ? tf.add(convolved, added) : convolved);

      function inGroups(x: tf.Tensor4D, w: tf.Tensor4D): tf.Tensor {
        const filters = tf.split<tf.Tensor4D>(w, groups, 3);
        const images = tf.split<tf.Tensor4D>(x, groups, 3);
        return tf.concat(
          images.map((part, group) => tf.conv2d(part, filters[group], stride, padding)),
          3,
        );
      }
    },
    maxPool(image, size, stride, padding) {
      return stored(tf.maxPool(padded(imageOf(image), padding, -Infinity), size, stride, 'valid'));
    },
    averagePool(image, size, stride, padding) {
      const means = tf.avgPool(padded(imageOf(image), padding, 0), size, stride, 'valid');
      if (padding === 0) return stored(means);
      const [, , height, width] = image.shape;
      const [rows, columns] = [height, width].map((length) => seen(length, size, stride, padding));
      const share = constants.next([1, rows.length, columns.length, 1], () =>
        Float32Array.from(rows.flatMap((row) => columns.map((column) => size ** 2 / (row * column)))),
      );
      return stored(tf.mul(means, share.as()));
    },
    resizeBilinear(image, height, width) {
      return stored(tf.image.resizeBilinear(imageOf(image), [height, width], false, true));
    },
  };
}

function imageOf(image: TfValue): tf.Tensor4D {
  return withoutGradient(image.as(channelsLast)) as tf.Tensor4D;
}

function stored(image: tf.Tensor): TfValue {
  const [n, height, width, channels] = image.shape;
  return block(image, { shape: [n, channels, height, width], order: channelsLast });
}

function padded(image: tf.Tensor4D, padding: number, value: number): tf.Tensor4D {
  const around: [number, number] = [padding, padding];
  return padding === 0 ? image : tf.pad4d(image, [[0, 0], around, around, [0, 0]], value);
}

/** How many of the `size` pixels under each window are not padding. */
function seen(length: number, size: number, stride: number, padding: number): number[] {
  return Array.from({ length: windowCount(length, size, stride, padding) }, (_, at) => {
    const start = at * stride - padding;
    return Math.min(length, start + size) - Math.max(0, start);
  });
}
