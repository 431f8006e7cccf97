import { stream } from '../../../src/base/random.js';
import type { Tensor } from '../../../src/base/tensor.js';

/** A residual network straight from its papers and torchvision's names, in float64 loops; normalisation not folded. */

export interface Planes {
  readonly channels: number;
  readonly side: number;
  /** [channels×side×side] */
  readonly data: Float64Array;
}

type Weights = Record<string, Tensor>;

export function naiveConvolution(
  { channels, side, data }: Planes,
  { shape: [outputs, , size], data: weight }: Tensor,
  stride: number,
): Planes {
  const padding = (size - 1) / 2;
  const result = Math.floor((side + 2 * padding - size) / stride) + 1;
  const sums = new Float64Array(outputs * result * result);
  for (let o = 0, at = 0; o < outputs; o++) {
    for (let y = 0; y < result; y++) {
      for (let x = 0; x < result; x++, at++) {
        for (let c = 0; c < channels; c++) {
          for (let dy = 0; dy < size; dy++) {
            for (let dx = 0; dx < size; dx++) {
              const row = y * stride + dy - padding;
              const column = x * stride + dx - padding;
              if (row < 0 || column < 0 || row >= side || column >= side) continue;
              sums[at] +=
                data[(c * side + row) * side + column] * weight[((o * channels + c) * size + dy) * size + dx];
            }
          }
        }
      }
    }
  }
  return { channels: outputs, side: result, data: sums };
}

function normalised(planes: Planes, weights: Weights, norm: string): Planes {
  const [scale, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
    (part) => weights[`${norm}.${part}`].data,
  );
  const area = planes.side ** 2;
  const data = planes.data.map((value, at) => {
    const c = Math.floor(at / area);
    return ((value - mean[c]) / Math.sqrt(variance[c] + 1e-5)) * scale[c] + shift[c];
  });
  return { ...planes, data };
}

const relu = (planes: Planes): Planes => ({
  ...planes,
  data: planes.data.map((value) => Math.max(0, value)),
});

function pooled({ channels, side, data }: Planes): Planes {
  const result = Math.floor((side - 1) / 2) + 1;
  const maxima = new Float64Array(channels * result * result).fill(-Infinity);
  for (let c = 0, at = 0; c < channels; c++) {
    for (let y = 0; y < result; y++) {
      for (let x = 0; x < result; x++, at++) {
        for (let row = Math.max(0, 2 * y - 1); row <= Math.min(side - 1, 2 * y + 1); row++) {
          for (let column = Math.max(0, 2 * x - 1); column <= Math.min(side - 1, 2 * x + 1); column++) {
            maxima[at] = Math.max(maxima[at], data[(c * side + row) * side + column]);
          }
        }
      }
    }
  }
  return { channels, side: result, data: maxima };
}

/** Outputs of layer1 to layer4. @param convolutions of a block: 2, or 3 with the stride in the second */
export function naiveResNet(
  image: Planes,
  weights: Weights,
  blocks: readonly number[],
  convolutions: 2 | 3,
): Planes[] {
  const unit = (x: Planes, convolution: string, norm: string, stride: number) =>
    normalised(naiveConvolution(x, weights[`${convolution}.weight`], stride), weights, norm);
  let x = pooled(relu(unit(image, 'conv1', 'bn1', 2)));
  return blocks.map((count, depth) => {
    for (let block = 0; block < count; block++) {
      const path = `layer${depth + 1}.${block}`;
      const stride = depth > 0 && block === 0 ? 2 : 1;
      let inner = x;
      for (let index = 1; index <= convolutions; index++) {
        const step = index === convolutions - 1 ? stride : 1;
        inner = unit(inner, `${path}.conv${index}`, `${path}.bn${index}`, step);
        if (index < convolutions) inner = relu(inner);
      }
      const beside =
        `${path}.downsample.0.weight` in weights
          ? unit(x, `${path}.downsample.0`, `${path}.downsample.1`, stride)
          : x;
      x = relu({ ...inner, data: inner.data.map((value, at) => value + beside.data[at]) });
    }
    return x;
  });
}

/** Small random weights under torchvision's names. @param width channels of layer1's stem */
export function randomWeights(
  {
    width,
    blocks,
    convolutions,
    widening,
  }: { width: number; blocks: readonly number[]; convolutions: 2 | 3; widening: number },
  seed = 1,
): Weights {
  const random = stream(seed, 'weights');
  const weights: Weights = {};
  const numbers = (name: string, shape: number[], low: number, high: number) => {
    const data = Float32Array.from(
      { length: shape.reduce((a, b) => a * b, 1) },
      () => low + (high - low) * random.uniform(),
    );
    weights[name] = { type: 'F32', shape, data };
  };
  const add = (convolution: string, norm: string, inputs: number, outputs: number, size: number) => {
    const reach = 2 / Math.sqrt(inputs * size * size);
    numbers(`${convolution}.weight`, [outputs, inputs, size, size], -reach, reach);
    numbers(`${norm}.weight`, [outputs], 0.5, 1.5);
    numbers(`${norm}.bias`, [outputs], -0.2, 0.2);
    numbers(`${norm}.running_mean`, [outputs], -0.2, 0.2);
    numbers(`${norm}.running_var`, [outputs], 0.3, 2);
  };
  add('conv1', 'bn1', 3, width, 7);
  let inputs = width;
  blocks.forEach((count, depth) => {
    const base = width * 2 ** depth;
    const inner = base * widening;
    const outputs = convolutions === 2 ? base : 4 * base;
    for (let block = 0; block < count; block++) {
      const path = `layer${depth + 1}.${block}`;
      if (convolutions === 2) {
        add(`${path}.conv1`, `${path}.bn1`, inputs, inner, 3);
        add(`${path}.conv2`, `${path}.bn2`, inner, outputs, 3);
      } else {
        add(`${path}.conv1`, `${path}.bn1`, inputs, inner, 1);
        add(`${path}.conv2`, `${path}.bn2`, inner, inner, 3);
        add(`${path}.conv3`, `${path}.bn3`, inner, outputs, 1);
      }
      if (block === 0 && (depth > 0 || inputs !== outputs))
        add(`${path}.downsample.0`, `${path}.downsample.1`, inputs, outputs, 1);
      inputs = outputs;
    }
  });
  return weights;
}
