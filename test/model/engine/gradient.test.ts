import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { initialTrainingState, type Engine } from '../../../src/model/engine/engine.js';
import { gradientsOf } from '../../../src/model/engine/gradient.js';
import { defaultAdam } from '../../../src/model/engine/optimiser.js';
import { sizeOf, type Shape } from '../../../src/model/engine/shapes.js';
import { tracer, type Graph } from '../../../src/model/engine/trace.js';
import { differences, type Loss } from '../../support/central-differences.js';
import { evaluateGraph } from '../../support/reference-engine.js';
import { engines } from './engines.js';
import { operationCases } from './operations.js';

type OperationCase = (typeof operationCases)[number];

const differentiable = operationCases.filter((entry) => !entry.frozen);

/** A weighted sum of squares makes every element of an operation's output count, each differently. */
function lossOf({ name, build }: OperationCase): Loss {
  return (ops, parameters) => {
    const output = build(ops, parameters);
    const random = stream(1, 'gradient weights', name);
    const weights = Float32Array.from({ length: sizeOf(output.shape) }, () => random.normal());
    return ops.sum(ops.multiply(ops.square(output), ops.constant(weights, output.shape)));
  };
}

function inputsOf({ name, shapes, positive }: OperationCase): Float32Array[] {
  const random = stream(1, 'gradient', name);
  return shapes.map((shape) =>
    Float32Array.from({ length: sizeOf(shape) }, () => (positive ? 0.5 + random.uniform() : random.normal())),
  );
}

describe('gradients against central differences in float64', () => {
  it.each(differentiable)('$name', (entry) => {
    const { ops, input } = tracer();
    const nodes = entry.shapes.map((shape, position) => input(position, shape));
    const loss = lossOf(entry)(ops, nodes);
    const inputs = inputsOf(entry);
    const graph: Graph = { inputs: nodes, outputs: gradientsOf(ops, loss, nodes) };
    const gradients = evaluateGraph(graph, inputs);
    differences(entry.shapes, lossOf(entry), inputs).forEach((expected, position) =>
      expected.forEach((value, index) => expect(gradients[position][index]).toBeCloseTo(value, 6)),
    );
  });

  it('is zero where the loss does not depend on a parameter, or only through stopGradient', () => {
    const { ops, input } = tracer();
    const [a, b] = [input(0, [2]), input(1, [2])];
    const loss = ops.sum(ops.multiply(a, ops.stopGradient(a)));
    const [ofA, ofB] = evaluateGraph({ inputs: [a, b], outputs: gradientsOf(ops, loss, [a, b]) }, [
      [2, 3],
      [5, 7],
    ]);
    expect([...ofA]).toEqual([2, 3]);
    expect([...ofB]).toEqual([0, 0]);
  });
});

describe.each(engines)('gradients by engine %s', (_, create) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await create();
  });
  afterAll(() => engine.dispose());

  /** With β₁ = 0 the first moment after one step is the gradient. */
  async function gradients(key: string, shapes: readonly Shape[], loss: Loss, inputs: Float32Array[]) {
    const optimiser = { ...defaultAdam, beta1: 0 };
    const step = engine.compileTraining(key, { parameters: shapes, inputs: [], optimiser, loss });
    return (await step.run(initialTrainingState(inputs), [])).state.firstMoments;
  }

  it.each(differentiable)('$name, against central differences in float64', async (entry) => {
    const inputs = inputsOf(entry);
    const actual = await gradients(entry.name, entry.shapes, lossOf(entry), inputs);
    differences(entry.shapes, lossOf(entry), inputs).forEach((expected, position) => {
      const scale = Math.max(1, ...expected.map(Math.abs));
      expected.forEach((value, index) =>
        expect(Math.abs(actual[position][index] - value)).toBeLessThan(1e-4 * scale),
      );
    });
  });

  it('are zero where the loss does not depend on a parameter, or only through stopGradient', async () => {
    const numbers = [Float32Array.of(2, 3), Float32Array.of(5, 7)];
    const [ofA, ofB] = await gradients(
      'stop',
      [[2], [2]],
      (ops, [a]) => ops.sum(ops.multiply(a, ops.stopGradient(a))),
      numbers,
    );
    expect([...ofA]).toEqual([2, 3]);
    expect([...ofB]).toEqual([0, 0]);
  });

  it('do not pass through selection and images', async () => {
    const random = stream(4, 'frozen');
    const numbers = [16, 9].map((length) => Float32Array.from({ length }, () => random.normal()));
    const [ofImage, ofFilter] = await gradients(
      'frozen',
      [
        [4, 4],
        [3, 3],
      ],
      (ops, [image, filter]) => {
        const { values, indices } = ops.smallest(image, 2);
        const pixels = ops.reshape(image, [1, 1, 4, 4]);
        const options = { stride: 1, padding: 1 };
        const convolved = ops.convolve(pixels, ops.reshape(filter, [1, 1, 3, 3]), null, options);
        const pooled = ops.averagePool(ops.maxPool(convolved, 2, 1, 0), 3, 1, 1);
        const frozen = [values, ops.gatherRows(image, indices), ops.resizeBilinear(pooled, 5, 5)];
        // The image itself has a gradient: one for every number.
        return frozen.reduce((sum, part) => ops.add(sum, ops.sum(part)), ops.sum(image));
      },
      numbers,
    );
    expect([...ofImage]).toEqual(new Array(16).fill(1));
    expect([...ofFilter]).toEqual(new Array(9).fill(0));
  });
});
