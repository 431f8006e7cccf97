import { afterAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import { matrix } from '../../../src/base/tensor.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import type { Generator } from '../../../src/model/generator/generator.js';
import { addOwnGenerator } from '../../../src/model/generator/own-generator.js';
import { networks, type NetworkName } from '../../../src/model/learners/networks.js';
import { pinned } from '../../../src/model/own-part.js';
import {
  decodeDetector,
  encodeDetector,
  isCalibrated,
  scorePatches,
  type Detector,
} from '../../../src/model/score/detector.js';
import { normals, smallRival } from '../learners/samples.js';

const engine = createOnnxEngine();
afterAll(() => engine.dispose());

const space = {
  weights: matrix(6, 4, normals([6, 4], 'space')),
  offset: normals([4], 'offset'),
};
const features = matrix(20, 6, normals([20, 6], 'features'));

const byMemory: Detector = {
  space,
  generator: 'linear',
  parameters: [normals([16], 'generator')],
  anchors: matrix(3, 4, normals([3, 4], 'anchors')),
  calibration: { means: Float64Array.of(1, 2, 3), deviations: Float64Array.of(1, 1, 2) },
};

function byNetwork(network: NetworkName): Detector {
  const shapes = networks[network].parameterShapes(4, smallRival);
  return {
    space,
    network,
    parameters: shapes.map((shape, at) => ({ shape, data: normals(shape, network, at) })),
    constant: normals([networks[network].constant.length(4, smallRival)], network, 'constant'),
  };
}

const names = Object.keys(networks) as NetworkName[];
const detectors: [string, Detector][] = [
  ['a memory', byMemory],
  ...names.map((name): [string, Detector] => [name, byNetwork(name)]),
];

describe.each(detectors)('a detector by %s', (_, detector) => {
  it('is the same after its way through a file', async () => {
    const tensors = decodeSafetensors(encodeSafetensors(encodeDetector(detector)), 'it');
    const again = decodeDetector(tensors, 'linear');
    expect(again).toEqual(detector);
    expect(await scorePatches(engine, again, features)).toEqual(
      await scorePatches(engine, detector, features),
    );
  });

  it('gives every patch one finite score, whatever the others', async () => {
    const scores = await scorePatches(engine, detector, features);
    expect(scores).toHaveLength(20);
    expect(scores.every(Number.isFinite)).toBe(true);
    const first = await scorePatches(engine, detector, matrix(1, 6, features.data.slice(0, 6)));
    expect(first[0]).toBeCloseTo(scores[0], 5);
  });
});

describe('a detector of a run whose own generator has no parameters', () => {
  const generator = pinned('/somewhere/doubling.mjs', '1'.padStart(64, '0'));
  addOwnGenerator(generator, {
    parameterShapes: () => [],
    initialise: () => [],
    embed: (ops, _parameters, points) => ops.multiply(points, 2),
  } satisfies Generator);
  const again = (detector: Detector) =>
    decodeDetector(decodeSafetensors(encodeSafetensors(encodeDetector(detector)), 'it'), generator);

  it('applies it, or not, as its method did', async () => {
    const detectors = [generator, 'none' as const].map((used) => ({
      ...byMemory,
      generator: used,
      parameters: [],
    }));
    const scores = await Promise.all(
      detectors.map(async (detector) => {
        expect(again(detector)).toEqual(detector);
        return scorePatches(engine, again(detector), features);
      }),
    );
    expect(scores[0]).not.toEqual(scores[1]);
  });

  it('by two memories: of the shared one alone', () => {
    const plain = { ...byMemory, parameters: [] };
    const pair = { shared: { ...plain, generator }, own: { ...plain, generator: 'none' } } as Detector;
    expect(again(pair)).toEqual(pair);
  });
});

it('only a memory is calibrated', () => {
  expect(isCalibrated(byMemory)).toBe(true);
  expect(isCalibrated({ ...byMemory, calibration: null } as Detector)).toBe(false);
  expect(isCalibrated(byNetwork('svdd'))).toBe(false);
});
