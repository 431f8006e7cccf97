import { badInput } from '../../base/errors.js';
import { sha256 } from '../../base/hash.js';
import { decodeSafetensors } from '../../base/safetensors.js';
import type { TensorMap } from '../../base/tensor.js';
import type { Ops, Value } from '../engine/ops.js';
import { windowCount } from '../engine/shapes.js';
import type { Backbone, MapShape } from './backbone.js';

/** Means and deviations of ImageNet's training images, RGB in 0…1 (torchvision). */
const channelMean = [0.485, 0.456, 0.406];
const channelDeviation = [0.229, 0.224, 0.225];

/** Residual layers up to layer3: input channels, output channels, stride of the first block. */
const layers = [
  { name: 'layer1', from: 64, to: 64, stride: 1 },
  { name: 'layer2', from: 64, to: 128, stride: 2 },
  { name: 'layer3', from: 128, to: 256, stride: 2 },
] as const;

/**
 * ResNet18 (He et al. 2016) up to layer3, with batch normalisation folded into the convolutions, from a safetensors
 * file under torchvision's names.
 * @param bytes the file's contents
 * @param source the file's path, for errors
 * @throws FeddymemError (bad-input) when the file is damaged or holds another network
 */
export function resnet18(bytes: Uint8Array, source: string, inputSize: number): Backbone {
  const weights = checkedWeights(decodeSafetensors(bytes, source), source);
  const mapShapes = layers.slice(1).map(({ to }, index): MapShape => {
    const side = windowCount(inputSize, 7, 2, 3);
    const pooled = windowCount(side, 3, 2, 1);
    const size =
      index === 0 ? windowCount(pooled, 3, 2, 1) : windowCount(windowCount(pooled, 3, 2, 1), 3, 2, 1);
    return { channels: to, height: size, width: size };
  });
  return {
    name: 'resnet18',
    key: sha256(`resnet18 layers 2+3, ImageNet normalisation, ${inputSize} px, ${sha256(bytes)}`),
    inputSize,
    mapShapes,
    maps: (ops, image) => resnet18Layers(ops, normalise(ops, image), weights).slice(1),
  };
}

function normalise<V extends Value>(ops: Ops<V>, image: V): V {
  const perChannel = (values: readonly number[]) => ops.constant(Float32Array.from(values), [1, 3, 1, 1]);
  const centred = ops.subtract(image, perChannel(channelMean.map((mean) => 255 * mean)));
  return ops.divide(centred, perChannel(channelDeviation.map((deviation) => 255 * deviation)));
}

/** Outputs of layer1, layer2 and layer3 for a normalised image. */
export function resnet18Layers<V extends Value>(ops: Ops<V>, image: V, weights: TensorMap): V[] {
  const convolve = (x: V, name: string, stride: number, padding: number) => {
    const read = (part: string) => {
      const { data, shape } = weights[`${name}.${part}`];
      return ops.constant(data as Float32Array, shape);
    };
    return ops.convolve(x, read('weight'), read('bias'), { stride, padding });
  };
  const outputs: V[] = [];
  let x = ops.maxPool(ops.relu(convolve(image, 'conv1', 2, 3)), 3, 2, 1);
  for (const { name, stride } of layers) {
    for (const block of [0, 1]) {
      const path = `${name}.${block}`;
      const step = block === 0 ? stride : 1;
      const inner = ops.relu(convolve(x, `${path}.conv1`, step, 1));
      const shortcut = step === 1 ? x : convolve(x, `${path}.downsample.0`, step, 0);
      x = ops.relu(ops.add(convolve(inner, `${path}.conv2`, 1, 1), shortcut));
    }
    outputs.push(x);
  }
  return outputs;
}

/** The tensors that the network needs, by name. */
function expectedShapes(): Map<string, number[]> {
  const shapes = new Map<string, number[]>();
  const add = (name: string, outputs: number, inputs: number, size: number) => {
    shapes.set(`${name}.weight`, [outputs, inputs, size, size]);
    shapes.set(`${name}.bias`, [outputs]);
  };
  add('conv1', 64, 3, 7);
  for (const { name, from, to, stride } of layers) {
    add(`${name}.0.conv1`, to, from, 3);
    add(`${name}.0.conv2`, to, to, 3);
    if (stride > 1) add(`${name}.0.downsample.0`, to, from, 1);
    add(`${name}.1.conv1`, to, to, 3);
    add(`${name}.1.conv2`, to, to, 3);
  }
  return shapes;
}

function checkedWeights(tensors: TensorMap, source: string): TensorMap {
  const hint = 'Use torchvision ResNet18 weights (conv1 to layer3, batch norm folded) in safetensors format.';
  for (const [name, shape] of expectedShapes()) {
    if (!Object.hasOwn(tensors, name))
      throw badInput(`${source} has no tensor ${name}: it is another network`, hint);
    const { type, shape: found } = tensors[name];
    if (type !== 'F32' || found.join() !== shape.join()) {
      throw badInput(
        `${source}: tensor ${name} is ${type} [${found.join()}], not F32 [${shape.join()}]`,
        hint,
      );
    }
  }
  return tensors;
}
