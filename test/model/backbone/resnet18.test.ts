import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../../../src/base/safetensors.js';
import { layerOutputs, resnet } from '../../../src/model/backbone/resnet.js';
import { convolutionsOf, planOf, resnet18 } from '../../../src/model/backbone/resnet-structure.js';
import { readResnetWeights } from '../../../src/model/backbone/resnet-weights.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { largest, largestDifference, unfoldedWeights } from './unfold.js';
import { dataFile, hasData, withoutData } from '../../support/data.js';

interface LayerFixture {
  shape: number[];
  mean: number;
  std: number;
  first16: number[];
  at_c3_center: number;
}
type Fixture = { cases: ({ size: number } & Record<'layer1' | 'layer2' | 'layer3', LayerFixture>)[] };

const mean = [0.485, 0.456, 0.406];
const deviation = [0.229, 0.224, 0.225];
const path = dataFile('weights', 'resnet18_conv1_layer3_f32.safetensors');

const opened = (contents: Uint8Array, name: string) =>
  resnet(resnet18, { path: name, bytes: contents }, { size: 256 });

describe.skipIf(!hasData)(`ResNet18 ${hasData ? '' : `(${withoutData})`}`, () => {
  const bytes = hasData ? readFileSync(path) : new Uint8Array();
  const engine = createOnnxEngine();
  afterAll(() => engine.dispose());

  it.each([64, 224])('gives the published activations at %i px, to 1e-4', async (size) => {
    const fixture = JSON.parse(readFileSync(dataFile('weights', 'resnet18_fixture.json'), 'utf8')) as Fixture;
    const entry = fixture.cases.find((candidate) => candidate.size === size)!;
    const image = new Float32Array(3 * size * size);
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < size; y++) {
        for (let x = 0; x < size; x++) {
          const pixel = ((7 * y + 13 * x + 31 * c) % 256) / 255;
          image[(c * size + y) * size + x] = (pixel - mean[c]) / deviation[c];
        }
      }
    }
    const plan = planOf(resnet18, 'layer3');
    const weights = readResnetWeights('resnet18', plan, { path, bytes });
    const program = engine.compile('resnet18', [[1, 3, size, size]], (ops, [x]) =>
      layerOutputs(ops, x, plan, weights),
    );
    const outputs = (await program.run([image])) as Float32Array[];
    (['layer1', 'layer2', 'layer3'] as const).forEach((name, index) => {
      const expected = entry[name];
      const values = outputs[index];
      expect(values).toHaveLength(expected.shape[0] * expected.shape[1] * expected.shape[2]);
      const average = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
      expect(Math.abs(average - expected.mean)).toBeLessThan(1e-4);
      expect(Math.abs(Math.sqrt(variance) - expected.std)).toBeLessThan(1e-4);
      expected.first16.forEach((value, at) => expect(Math.abs(values[at] - value)).toBeLessThan(1e-4));
      const [, height, width] = expected.shape;
      const centre = values[(3 * height + Math.floor(height / 2)) * width + Math.floor(width / 2)];
      expect(Math.abs(centre - expected.at_c3_center)).toBeLessThan(1e-4);
    });
  });

  it('has the weights back that were unfolded with made-up statistics', () => {
    const plan = planOf(resnet18, 'layer3');
    const folded = readResnetWeights('resnet18', plan, { path, bytes });
    const unfolded = unfoldedWeights(convolutionsOf(plan), folded);
    const again = readResnetWeights('resnet18', plan, {
      path: 'unfolded.safetensors',
      bytes: encodeSafetensors(unfolded),
    });
    for (const [name, { weight, bias }] of folded) {
      expect(largestDifference(again.get(name)!.weight, weight)).toBeLessThan(2e-7 * largest(weight));
      expect(largestDifference(again.get(name)!.bias, bias)).toBeLessThan(1e-6 * Math.max(1, largest(bias)));
    }
  });

  it('names what is wrong with truncated or foreign weights', () => {
    expect(() => opened(bytes.subarray(0, 5_000_000), 'half.safetensors')).toThrow(
      /half\.safetensors.*ends inside/,
    );
    const { 'layer3.1.conv2.bias': _, ...others } = decodeSafetensors(bytes, path);
    expect(() => opened(encodeSafetensors(others), 'part.safetensors')).toThrow(
      /no tensor layer3\.1\.conv2\.bias/,
    );
    const reshaped = {
      ...others,
      'layer3.1.conv2.bias': { type: 'F32' as const, shape: [2], data: new Float32Array(2) },
    };
    expect(() => opened(encodeSafetensors(reshaped), 'other.safetensors')).toThrow(/\[2\], not F32 \[256\]/);
  });
});

describe('weights that are no ResNet18', () => {
  const other = encodeSafetensors({ 'fc.weight': { type: 'F32', shape: [2], data: Float32Array.of(1, 2) } });

  it('are named, with what is missing', () => {
    expect(() => opened(other, 'other.safetensors')).toThrow(
      /other\.safetensors has no tensor conv1\.weight/,
    );
  });

  it('are refused when they end too early, or are not tensors at all', () => {
    expect(() => opened(other.subarray(0, other.length - 3), 'cut.safetensors')).toThrow(
      /cut\.safetensors.*ends/,
    );
    expect(() => opened(new TextEncoder().encode('<html>not found</html>'), 'page.safetensors')).toThrow(
      /page\.safetensors is not a readable/,
    );
  });
});
