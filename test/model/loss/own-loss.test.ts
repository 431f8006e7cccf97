import { describe, expect, it } from 'vitest';
import { FeddymemError } from '../../../src/base/errors.js';
import { stream } from '../../../src/base/random.js';
import { matrix } from '../../../src/base/tensor.js';
import { bankOfPoints } from '../../../src/memory/memory-bank.js';
import { initialTrainingState, type Engine } from '../../../src/model/engine/engine.js';
import { gradientsOf } from '../../../src/model/engine/gradient.js';
import { createOnnxEngine } from '../../../src/model/engine/onnx/engine.js';
import { trace, tracer } from '../../../src/model/engine/trace.js';
import { generatorNamed } from '../../../src/model/generator/own-generator.js';
import { addOwnLoss, lossNamed } from '../../../src/model/loss/own-loss.js';
import { trainGenerator } from '../../../src/model/loss/training.js';
import { pinned, type ModulePath } from '../../../src/model/own-part.js';
import { differences, type Loss } from '../../support/central-differences.js';
import { exampleParts } from '../../support/own-modules.js';
import { evaluateGraph } from '../../support/reference-engine.js';
import { engines } from '../engine/engines.js';

const parts = await exampleParts();
const numbers = (rows: number, columns: number, name: string) => {
  const random = stream(1, 'own', name);
  return matrix(
    rows,
    columns,
    Float32Array.from({ length: rows * columns }, () => random.normal()),
  );
};

describe('the example loss', () => {
  const example = lossNamed(parts.loss)!;
  const patches = numbers(5, 3, 'patches');
  const slots = numbers(4, 3, 'slots');
  const lossOf: Loss = (ops, [points]) =>
    example(ops, {
      slots: 4,
      points,
      memory: ops.constant(slots.data, [4, 3]),
      nearest: () => points,
      distances: () => points,
    });

  it('is the mean of 1 − cos to the most similar slot', () => {
    const row = ({ data }: typeof slots, at: number) => [...data.subarray(3 * at, 3 * at + 3)];
    const cosine = (a: number[], b: number[]) =>
      a.reduce((sum, value, axis) => sum + value * b[axis], 0) / Math.hypot(...a) / Math.hypot(...b);
    const best = [0, 1, 2, 3, 4].map((at) =>
      Math.max(...[0, 1, 2, 3].map((slot) => cosine(row(patches, at), row(slots, slot)))),
    );
    const graph = trace([[5, 3]], (ops, points) => [lossOf(ops, points)]);
    const [[loss]] = evaluateGraph(graph, [patches.data]);
    expect(loss).toBeCloseTo(1 - best.reduce((sum, value) => sum + value) / 5, 6);
  });

  it('has the gradient of central differences in float64', () => {
    const { ops, input } = tracer();
    const points = input(0, [5, 3]);
    const outputs = gradientsOf(ops, lossOf(ops, [points]), [points]);
    const [gradient] = evaluateGraph({ inputs: [points], outputs }, [patches.data]);
    const [expected] = differences([[5, 3]], lossOf, [patches.data]);
    expect(Math.hypot(...expected)).toBeGreaterThan(0.01);
    expected.forEach((value, index) => expect(gradient[index]).toBeCloseTo(value, 6));
  });
});

const settings = {
  ...parts,
  replay: 'global-slots',
  replayShare: 0.5,
  steps: 1,
  batchSize: 32,
  learningRate: 1e-3,
} as const;

async function train(engine: Engine, steps: number, loss = parts.loss) {
  const start = initialTrainingState(generatorNamed(parts.generator).initialise(16, stream(1, 'start')));
  // B starts at zero, where A has no gradient: something must be there for both to be tested.
  stream(1, 'second block').fillNormal(start.parameters[1]);
  const input = {
    points: numbers(300, 16, 'points'),
    local: bankOfPoints(numbers(12, 16, 'local')),
    global: bankOfPoints(numbers(9, 16, 'global')),
    squaredRadius: 20,
  };
  return trainGenerator(engine, { ...settings, loss, steps }, input, start, stream(1, 'training'));
}

describe('training with an own loss and an own generator', () => {
  it.each(engines)('takes the step of onnx to 1e-4 and lowers the loss: %s', async (_, create) => {
    const [engine, onnx] = [await create(), createOnnxEngine()];
    const [ours, theirs] = [await train(engine, 1), await train(onnx, 1)];
    for (const block of ['parameters', 'firstMoments', 'secondMoments'] as const) {
      ours.state[block].forEach((values, index) => {
        const expected = theirs.state[block][index];
        expect(Math.hypot(...expected)).toBeGreaterThan(0);
        const error = Math.hypot(...values.map((value, at) => value - expected[at]));
        expect(error / Math.hypot(...expected)).toBeLessThan(1e-4);
      });
    }
    expect((await train(engine, 30)).loss!).toBeLessThan(ours.loss!);
    await Promise.all([engine.dispose(), onnx.dispose()]);
  });

  it('compiles a module that was edited anew', async () => {
    const engine = createOnnxEngine();
    const path = '/somewhere/own.mjs' as ModulePath;
    const losses = await Promise.all(
      [1, 2].map(async (factor) => {
        const name = pinned(path, String(factor).repeat(64));
        addOwnLoss(name, ((ops, { points }) =>
          ops.multiply(ops.mean(ops.square(points)), factor)) satisfies ReturnType<typeof lossNamed>);
        return (await train(engine, 1, name)).loss!;
      }),
    );
    expect(losses[1]).toBeCloseTo(2 * losses[0], 5);
    await engine.dispose();
  });
});

describe('an own loss that', () => {
  const wrong = (...results: readonly unknown[]) => {
    const [result] = results;
    return () => {
      if (result instanceof Error) throw result;
      return result;
    };
  };

  it.each([
    ['throws', wrong(new Error('no such thing')), ['fails in loss: no such thing']],
    ['returns nothing', wrong(undefined), ['returns nothing, not a scalar']],
    ['returns a number', wrong(3), ['returns a number, not a scalar']],
    ['is asynchronous', wrong(Promise.resolve(3)), ['returns a promise, not a scalar']],
    ['returns a row', wrong({ shape: [32] }), ['shape [32], not a scalar', 'ops.mean']],
  ])('%s is refused by field and file, on every engine', async (name, loss, texts) => {
    const module = pinned(`/somewhere/${name}.mjs`, 'a'.repeat(64));
    addOwnLoss(module, loss);
    for (const [, create] of engines) {
      const engine = await create();
      const error: unknown = await train(engine, 1, module).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(FeddymemError);
      const { code, message, hint } = error as FeddymemError;
      expect(code).toBe('bad-input');
      for (const text of ['method.training.loss', `/somewhere/${name}.mjs`, ...texts])
        expect(`${message}\n${hint}`).toContain(text);
      await engine.dispose();
    }
  });

  it('multiplies shapes that do not fit is told which, not to report a defect', () => {
    const module = pinned('/somewhere/shapes.mjs', 'b'.repeat(64));
    addOwnLoss(module, ((ops, { points }) => ops.matmul(points, points)) satisfies ReturnType<
      typeof lossNamed
    >);
    const graph = () =>
      trace([[5, 3]], (ops, [points]) => [
        lossNamed(module)!(ops, {
          slots: 5,
          points,
          memory: points,
          nearest: () => points,
          distances: () => points,
        }),
      ]);
    expect(graph).toThrow(/^method\.training\.loss: \S+ fails in loss: matmul of \[5,3\] and \[5,3\]/);
  });
});
