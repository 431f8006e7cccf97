import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { trace } from '../../../src/model/engine/trace.js';
import { embedRows } from '../../../src/model/generator/embed.js';
import { generators, type Generator } from '../../../src/model/generator/generator.js';
import { addOwnGenerator, generatorNamed } from '../../../src/model/generator/own-generator.js';
import { embeddingCost, trainingCost } from '../../../src/model/methods/costs.js';
import type { MethodSettings } from '../../../src/model/methods/settings.js';
import { pinned } from '../../../src/model/own-part.js';
import { exampleParts } from '../../support/own-modules.js';
import { createReferenceEngine } from '../../support/reference-engine.js';

const file = '/somewhere/own.mjs';
let count = 0;
/** A generator under a name of its own. */
function added(exported: unknown) {
  const name = pinned(file, (count++).toString(16).padStart(64, '0'));
  addOwnGenerator(name, exported);
  return { name, generator: generatorNamed(name) };
}

const random = () => stream(1, 'generator');

describe('the example generator', () => {
  it('starts as the identity and has the parameters that it says', async () => {
    const { generator: name } = await exampleParts();
    const parameters = generatorNamed(name).initialise(6, random());
    expect(generatorNamed(name).parameterShapes(6)).toEqual([
      [6, 4],
      [4, 6],
    ]);
    expect(parameters.map(({ length }) => length)).toEqual([24, 24]);
    const points = matrix(
      3,
      6,
      Float32Array.from({ length: 18 }, (_, index) => index),
    );
    expect(await embedRows(createReferenceEngine(), name, parameters, points)).toEqual(points);
  });

  it('costs what its graph counts', async () => {
    const { generator } = await exampleParts();
    const costOf = (name: typeof generator, loss: 'attract' | 'none' = 'attract') => {
      const training = { batchSize: 8, steps: 2, loss, generator: name, learningRate: 1e-3 };
      const settings = { training, update: 'rebuild' } as MethodSettings;
      return trainingCost(settings, { local: 5, global: 0 }, 16);
    };
    // Adam's 13 for every weight and more; 2 · 4 of 16 columns are as many weights as half a full matrix has.
    expect(costOf(generator)).toBeLessThan(costOf('linear'));
    expect(costOf('linear') - costOf(generator)).toBeGreaterThan(2 * 13 * 128);
    expect(costOf('residual-mlp')).toBeGreaterThan(costOf('linear'));
    expect(costOf('none')).toBe(0);
    expect(costOf('linear', 'none')).toBe(0);
    // Of the low-rank one two products and a sum, row by row.
    expect(embeddingCost('linear', 10, 16)).toBe(10 * 2 * 16 * 16);
    expect(embeddingCost('none', 10, 16)).toBe(0);
    expect(embeddingCost(generator, 10, 16)).toBe(10 * (2 * 2 * 16 * 4 + 16));
  });
});

describe('an own generator', () => {
  it('without parameters is still applied', async () => {
    const { name } = added({
      parameterShapes: () => [],
      initialise: () => [],
      embed: (ops, _parameters, points) => ops.multiply(points, 2),
    } satisfies Generator);
    const points = matrix(2, 2, Float32Array.of(1, 2, 3, 4));
    const embedded = await embedRows(createReferenceEngine(), name, [], points);
    expect([...embedded.data]).toEqual([2, 4, 6, 8]);
  });

  const { linear } = generators;
  it.each([
    [undefined, 'exports no generator', 'export const generator'],
    [{ ...linear, embed: 3 }, 'without the function embed', 'export const generator'],
    [() => linear, 'without the function parameterShapes, initialise, embed', 'three functions'],
  ])('is refused as an export: %#', (exported, problem, hint) => {
    expect(() => added(exported)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: `method.training.generator: ${file} ${problem.startsWith('exports') ? '' : 'exports a generator '}${problem}`,
        hint: expect.stringContaining(hint) as string,
      }),
    );
  });

  const fails = () => {
    throw new Error('no idea');
  };
  it.each([
    [{ parameterShapes: fails }, 'fails in parameterShapes: no idea'],
    [{ parameterShapes: () => 4 }, 'returns 4 from parameterShapes, not a list of shapes'],
    [{ parameterShapes: () => [4] }, 'returns [4] from parameterShapes'],
    [{ parameterShapes: () => [[4, 1.5]] }, 'returns [[4,1.5]] from parameterShapes'],
    [{ initialise: fails }, 'fails in initialise: no idea'],
    [{ initialise: () => [] }, 'other parameters from initialise than parameterShapes says: no block'],
    [{ initialise: () => [new Float32Array(9)] }, 'parameterShapes says: Float32Array(9)'],
    [{ initialise: () => [new Float64Array(16)] }, 'parameterShapes says: Float64Array(16)'],
    [{ initialise: () => [[1, 2]] }, 'parameterShapes says: something of type object'],
    [{ embed: fails }, 'fails in embed: no idea'],
    [{ embed: () => undefined }, 'returns no value from embed for points of shape [5, 4]'],
  ])('names field, file and what is wrong: %#', (change, problem) => {
    const { generator } = added({ ...linear, ...change });
    const use = () => {
      generator.initialise(4, random());
      trace(
        [
          [4, 4],
          [5, 4],
        ],
        (ops, [weight, points]) => [generator.embed(ops, [weight], points)],
      );
    };
    expect(use).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: expect.stringContaining(`method.training.generator: ${file} `) as string,
        hint: expect.stringContaining('docs/own-modules.md') as string,
      }),
    );
    expect(use).toThrow(problem);
  });

  it('may not change the number of columns', () => {
    const { generator } = added({
      ...linear,
      embed: (ops, _parameters, points) => ops.slice(points, 1, 0, 2),
    } satisfies Generator);
    expect(() => trace([[5, 4]], (ops, [points]) => [generator.embed(ops, [], points)])).toThrow(
      'returns shape [5, 2] from embed for points of shape [5, 4]',
    );
  });
});
