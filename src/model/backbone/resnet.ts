import { sha256 } from '../../base/hash.js';
import type { Ops, Value } from '../engine/ops.js';
import type { DefinedBackbone } from './backbone.js';
import { normaliseImage } from './imagenet.js';
import { mapShapeOf, planOf, resnetLayers, type BlockPlan } from './resnet-structure.js';
import type { ConvolutionPlan, ResNet, ResNetLayer, ResNetPlan } from './resnet-structure.js';
import { readResnetWeights, type FoldedWeights, type WeightsFile } from './resnet-weights.js';

export interface ResNetSettings {
  /** Side of the square input, in pixels. */
  readonly size: number;
  /** Layers whose outputs are the maps, finest first. */
  readonly layers?: readonly ResNetLayer[];
}

/**
 * A residual network with ImageNet's normalisation, from a safetensors file under torchvision's names.
 * @throws FeddymemError (bad-input) when the file is damaged or holds another network
 */
export function resnet(network: ResNet, file: WeightsFile, settings: ResNetSettings): DefinedBackbone {
  const { size, layers = ['layer2', 'layer3'] } = settings;
  const depths = layers.map((layer) => resnetLayers.indexOf(layer));
  const plan = planOf(network, resnetLayers[Math.max(...depths)]);
  const weights = readResnetWeights(network.name, plan, file);
  const numbers = depths.map((depth) => depth + 1).join('+');
  return {
    name: network.name,
    key: sha256(
      `${network.name} layers ${numbers}, ImageNet normalisation, ${size} px, ${sha256(file.bytes)}`,
    ),
    inputSize: size,
    mapShapes: layers.map((layer) => mapShapeOf(plan, layer, size)),
    maps(ops, image) {
      const outputs = layerOutputs(ops, normaliseImage(ops, image), plan, weights);
      return depths.map((depth) => outputs[depth]);
    },
  };
}

/** Outputs of the plan's layers for a normalised image [1×3×h×w]. */
export function layerOutputs<V extends Value>(
  ops: Ops<V>,
  image: V,
  plan: ResNetPlan,
  weights: FoldedWeights,
): V[] {
  const convolve = (x: V, { name, stride, padding, inputs, outputs, size }: ConvolutionPlan) => {
    const { weight, bias } = weights.get(name)!;
    return ops.convolve(
      x,
      ops.constant(weight, [outputs, inputs, size, size]),
      ops.constant(bias, [outputs]),
      { stride, padding },
    );
  };
  const through = (x: V, { convolutions, shortcut }: BlockPlan): V => {
    const last = convolutions.length - 1;
    const inner = convolutions
      .slice(0, last)
      .reduce((value, convolution) => ops.relu(convolve(value, convolution)), x);
    const beside = shortcut ? convolve(x, shortcut) : x;
    return ops.relu(ops.add(convolve(inner, convolutions[last]), beside));
  };
  let x = ops.maxPool(ops.relu(convolve(image, plan.stem)), 3, 2, 1);
  return plan.layers.map(({ blocks }) => (x = blocks.reduce(through, x)));
}
