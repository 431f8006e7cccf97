import { windowCount } from '../engine/shapes.js';
import type { MapShape } from './backbone.js';

/** Residual layers whose outputs can be maps. */
export const resnetLayers = ['layer1', 'layer2', 'layer3', 'layer4'] as const;
export type ResNetLayer = (typeof resnetLayers)[number];

/** A residual network (He et al. 2016), every width following from two numbers. */
export interface ResNet {
  readonly name: string;
  /** `basic`: two 3×3 convolutions; `bottleneck`: 1×1, 3×3 with the stride (V1.5), 1×1 to four times the width. */
  readonly block: 'basic' | 'bottleneck';
  /** Blocks of each layer. */
  readonly blocks: readonly [number, number, number, number];
  /** Channels of the first convolution and width of layer1; each layer is twice as wide as the one before. */
  readonly width: number;
  /** Factor on the channels inside a block (Zagoruyko & Komodakis 2016). */
  readonly widening: number;
}

export const resnet18: ResNet = {
  name: 'resnet18',
  block: 'basic',
  blocks: [2, 2, 2, 2],
  width: 64,
  widening: 1,
};

export const wideResnet50: ResNet = {
  name: 'wide-resnet50',
  block: 'bottleneck',
  blocks: [3, 4, 6, 3],
  width: 64,
  widening: 2,
};

/** A square convolution with the batch normalisation after it; names as in torchvision. */
export interface ConvolutionPlan {
  readonly name: string;
  readonly norm: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly size: number;
  readonly stride: number;
  readonly padding: number;
}

/** Convolutions one after another, and the one beside them where the shape changes. */
export interface BlockPlan {
  readonly convolutions: readonly ConvolutionPlan[];
  readonly shortcut: ConvolutionPlan | null;
}

export interface LayerPlan {
  readonly name: ResNetLayer;
  readonly channels: number;
  readonly blocks: readonly BlockPlan[];
}

export interface ResNetPlan {
  readonly stem: ConvolutionPlan;
  readonly layers: readonly LayerPlan[];
}

/** The network up to a layer: what is behind it is neither computed nor needed in a file. */
export function planOf(network: ResNet, last: ResNetLayer): ResNetPlan {
  const stem = convolution('conv1', 'bn1', 3, network.width, 7, 2);
  let inputs = network.width;
  const layers = resnetLayers.slice(0, resnetLayers.indexOf(last) + 1).map((name, depth): LayerPlan => {
    const width = network.width * 2 ** depth;
    const channels = network.block === 'basic' ? width : 4 * width;
    const blocks = Array.from({ length: network.blocks[depth] }, (_, index) => {
      const stride = index === 0 && depth > 0 ? 2 : 1;
      const block = planBlock(network, `${name}.${index}`, inputs, width, channels, stride);
      inputs = channels;
      return block;
    });
    return { name, channels, blocks };
  });
  return { stem, layers };
}

function planBlock(
  { block, widening }: ResNet,
  path: string,
  inputs: number,
  width: number,
  channels: number,
  stride: number,
): BlockPlan {
  const inner = width * widening;
  const at = (index: number, from: number, to: number, size: number, step: number) =>
    convolution(`${path}.conv${index}`, `${path}.bn${index}`, from, to, size, step);
  const convolutions =
    block === 'basic'
      ? [at(1, inputs, inner, 3, stride), at(2, inner, channels, 3, 1)]
      : [at(1, inputs, inner, 1, 1), at(2, inner, inner, 3, stride), at(3, inner, channels, 1, 1)];
  const shortcut =
    stride === 1 && inputs === channels
      ? null
      : convolution(`${path}.downsample.0`, `${path}.downsample.1`, inputs, channels, 1, stride);
  return { convolutions, shortcut };
}

function convolution(
  name: string,
  norm: string,
  inputs: number,
  outputs: number,
  size: number,
  stride: number,
): ConvolutionPlan {
  return { name, norm, inputs, outputs, size, stride, padding: (size - 1) / 2 };
}

export function convolutionsOf({ stem, layers }: ResNetPlan): ConvolutionPlan[] {
  const blocks = layers.flatMap((layer) => layer.blocks);
  return [
    stem,
    ...blocks.flatMap(({ convolutions, shortcut }) => [...convolutions, ...(shortcut ? [shortcut] : [])]),
  ];
}

/** Shape of a layer's output for a square image. */
export function mapShapeOf({ layers }: ResNetPlan, layer: ResNetLayer, inputSize: number): MapShape {
  // The first convolution, the pooling behind it, and every layer after the first halve the sides.
  const depth = resnetLayers.indexOf(layer);
  let side = windowCount(inputSize, 7, 2, 3);
  for (let halved = 0; halved <= depth; halved++) side = windowCount(side, 3, 2, 1);
  return { channels: layers[depth].channels, height: side, width: side };
}
