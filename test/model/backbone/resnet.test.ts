import { afterAll, describe, expect, it } from 'vitest';
import { encodeFloat16 } from '../../../src/base/float16.js';
import { stream } from '../../../src/base/random.js';
import { encodeSafetensors } from '../../../src/base/safetensors.js';
import type { Tensor } from '../../../src/base/tensor.js';
import { channelsOf, extractMaps } from '../../../src/model/backbone/backbone.js';
import { layerOutputs, resnet } from '../../../src/model/backbone/resnet.js';
import {
  convolutionsOf,
  mapShapeOf,
  planOf,
  resnet18,
  resnetLayers,
  wideResnet50,
  type ResNet,
} from '../../../src/model/backbone/resnet-structure.js';
import { readResnetWeights } from '../../../src/model/backbone/resnet-weights.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { rawSafetensors } from '../../base/safetensors-raw.js';
import { naiveResNet, randomWeights } from './naive-resnet.js';
import { largest, largestDifference } from './unfold.js';

/** The published networks, a few channels wide. */
const narrow = {
  resnet18: { network: { ...resnet18, width: 4 }, convolutions: 2 },
  'wide-resnet50': { network: { ...wideResnet50, width: 2 }, convolutions: 3 },
} as const;
const side = 40;

function weightsOf({ network, convolutions }: { network: ResNet; convolutions: 2 | 3 }) {
  return randomWeights({ ...network, convolutions });
}
const fileOf = (tensors: Record<string, Tensor>) => ({
  path: 'small.safetensors',
  bytes: encodeSafetensors(tensors),
});

describe.each(Object.entries(narrow))('%s, a few channels wide', (name, small) => {
  const engine = createOnnxEngine();
  afterAll(() => engine.dispose());
  const tensors = weightsOf(small);
  const { network, convolutions } = small;

  it('is what float64 loops without folding say, in every layer', async () => {
    const image = new Float32Array(3 * side * side);
    stream(2, 'image').fillNormal(image);
    const plan = planOf(network, 'layer4');
    const weights = readResnetWeights(name, plan, fileOf(tensors));
    const program = engine.compile(name, [[1, 3, side, side]], (ops, [x]) =>
      layerOutputs(ops, x, plan, weights),
    );
    const found = (await program.run([image])) as Float32Array[];
    const expected = naiveResNet(
      { channels: 3, side, data: Float64Array.from(image) },
      tensors,
      network.blocks,
      convolutions,
    );
    expected.forEach(({ channels, side: size, data }, depth) => {
      const truth = Float32Array.from(data);
      expect(largest(truth)).toBeGreaterThan(0.1);
      expect(largestDifference(found[depth], truth)).toBeLessThan(1e-5 * largest(truth));
      expect(mapShapeOf(plan, resnetLayers[depth], side)).toEqual({ channels, height: size, width: size });
    });
  });

  it('gives the layers asked for, and needs no others of the file', async () => {
    const needed = Object.fromEntries(Object.entries(tensors).filter(([key]) => !/^layer[34]/.test(key)));
    const pixels = Uint8Array.from({ length: 3 * 64 * 64 }, (_, at) => (at * 7) % 256);
    const all = resnet(network, fileOf(tensors), { size: 64, layers: ['layer1', 'layer2', 'layer3'] });
    const two = resnet(network, fileOf(needed), { size: 64, layers: ['layer1', 'layer2'] });
    expect(two.mapShapes).toEqual(all.mapShapes.slice(0, 2));
    const ofTwo = await extractMaps(engine, two, pixels);
    const ofAll = await extractMaps(engine, all, pixels);
    expect(ofTwo).toEqual(ofAll.subarray(0, ofTwo.length));
    expect(() => resnet(network, fileOf(needed), { size: 64 })).toThrow(/no tensor layer3\.0\.conv1\.weight/);
  });

  it('has another key for every other layer, size or weight', () => {
    const changed = {
      ...tensors,
      'bn1.bias': { ...tensors['bn1.bias'], data: tensors['bn1.bias'].data.map((x) => -x) },
    };
    const keys = [
      resnet(network, fileOf(tensors), { size: 64 }),
      resnet(network, fileOf(tensors), { size: 96 }),
      resnet(network, fileOf(tensors), { size: 64, layers: ['layer2'] }),
      resnet(network, fileOf(changed as typeof tensors), { size: 64 }),
      resnet({ ...network, name: 'other' }, fileOf(tensors), { size: 64 }),
    ].map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe('published networks', () => {
  it('have the shapes of their papers', () => {
    const shapes = (network: ResNet) =>
      resnetLayers.map((layer) => mapShapeOf(planOf(network, 'layer4'), layer, 224));
    const sides = [56, 28, 14, 7];
    const expected = (channels: number[]) =>
      channels.map((count, depth) => ({ channels: count, height: sides[depth], width: sides[depth] }));
    expect(shapes(resnet18)).toEqual(expected([64, 128, 256, 512]));
    expect(shapes(wideResnet50)).toEqual(expected([256, 512, 1024, 2048]));
  });

  it.each([
    [resnet18, 11_689_512 - 513_000],
    [wideResnet50, 68_883_240 - 2_049_000],
  ])('have the number of parameters of torchvision without fc: $name', (network, count) => {
    const parameters = convolutionsOf(planOf(network, 'layer4')).reduce(
      (sum, { inputs, outputs, size }) => sum + outputs * inputs * size ** 2 + 2 * outputs,
      0,
    );
    expect(parameters).toBe(count);
  });

  it('have 384 and 1536 channels by default', () => {
    const channels = (network: ResNet) =>
      ['layer2', 'layer3'].reduce(
        (sum, layer) => sum + mapShapeOf(planOf(network, 'layer3'), layer as 'layer2', 256).channels,
        0,
      );
    expect([channels(resnet18), channels(wideResnet50)]).toEqual([384, 1536]);
    const small = resnet(narrow.resnet18.network, fileOf(weightsOf(narrow.resnet18)), { size: 256 });
    expect(channelsOf(small)).toBe(384 / 16);
  });
});

describe('weights files', () => {
  const { network } = narrow.resnet18;
  const tensors = weightsOf(narrow.resnet18);
  const plan = planOf(network, 'layer4');
  const read = (changes: Record<string, Partial<Tensor> | undefined>) => {
    const changed = Object.entries({ ...tensors, ...changes }).flatMap(([key, value]) =>
      value ? [[key, { ...tensors[key], ...value }]] : [],
    );
    return () => readResnetWeights('resnet18', plan, fileOf(Object.fromEntries(changed) as typeof tensors));
  };

  it('may hold float16', () => {
    const halves = Object.fromEntries(
      Object.entries(tensors).map(([key, tensor]): [string, Tensor] => [
        key,
        { ...tensor, type: 'F16', data: encodeFloat16(tensor.data as Float32Array) },
      ]),
    );
    const found = readResnetWeights('resnet18', plan, fileOf(halves));
    for (const [key, { weight }] of readResnetWeights('resnet18', plan, fileOf(tensors))) {
      expect(largestDifference(found.get(key)!.weight, weight)).toBeLessThan(3e-3 * largest(weight));
    }
  });

  it('may hold more: a classifier, layers that are not needed, counters in int64', () => {
    const plain = encodeSafetensors(tensors);
    const length = Number(new DataView(plain.buffer).getBigUint64(0, true));
    const header = JSON.parse(Buffer.from(plain.slice(8, 8 + length)).toString()) as Record<string, unknown>;
    const body = plain.slice(8 + length);
    const end = body.length;
    const more = {
      ...header,
      'bn1.num_batches_tracked': { dtype: 'I64', shape: [], data_offsets: [end, end + 8] },
      'fc.weight': { dtype: 'BF16', shape: [2], data_offsets: [end + 8, end + 12] },
    };
    const bytes = rawSafetensors(more, Buffer.concat([body, new Uint8Array(12)]));
    const found = readResnetWeights('resnet18', plan, { path: 'more', bytes });
    expect(found).toEqual(readResnetWeights('resnet18', plan, fileOf(tensors)));
  });

  it('that lack something are named, and what they lack', () => {
    expect(read({ 'layer2.0.downsample.1.running_var': undefined })).toThrow(
      /^small\.safetensors has no tensor layer2\.0\.downsample\.1\.running_var/,
    );
    expect(read({ 'layer1.1.bn2.weight': undefined })).toThrow(/no tensor layer1\.1\.conv2\.bias/);
    expect(read({ 'layer4.1.conv2.weight': undefined })).toThrow(/no tensor layer4\.1\.conv2\.weight/);
  });

  it('of other shapes, types or numbers are named, with the tensor', () => {
    expect(read({ 'conv1.weight': { shape: [4, 3, 49, 1] } })).toThrow(
      /^small\.safetensors: tensor conv1\.weight is F32 \[4,3,49,1\], not F32 \[4,3,7,7\]/,
    );
    expect(read({ 'bn1.bias': { type: 'I32', data: new Int32Array(4) } })).toThrow(/tensor bn1\.bias is I32/);
    expect(read({ 'bn1.bias': { data: Float32Array.of(1, 2, NaN, 4) } })).toThrow(
      /bn1\.bias holds numbers that/,
    );
    expect(read({ 'bn1.running_var': { data: Float32Array.of(1, 2, -1, 4) } })).toThrow(
      /bn1\.running_var holds negative numbers/,
    );
  });
});
