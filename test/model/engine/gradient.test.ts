import { describe, expect, it } from 'vitest';
import { stream } from '../../../src/base/random.js';
import { gradientsOf } from '../../../src/model/engine/gradient.js';
import { sizeOf } from '../../../src/model/engine/shapes.js';
import { tracer, type Graph } from '../../../src/model/engine/trace.js';
import { evaluateGraph } from '../../support/reference-engine.js';
import { operationCases } from './operations.js';

describe('gradients against central differences in float64', () => {
  it.each(operationCases.filter((entry) => !entry.frozen))('$name', ({ name, shapes, positive, build }) => {
    const random = stream(1, 'gradient', name);
    const inputs = shapes.map((shape) =>
      Float64Array.from({ length: sizeOf(shape) }, () =>
        positive ? 0.5 + random.uniform() : random.normal(),
      ),
    );
    // A weighted sum of squares makes every output element count, each differently.
    const { ops, input } = tracer();
    const nodes = shapes.map((shape, position) => input(position, shape));
    const output = build(ops, nodes);
    const weights = ops.constant(
      Float32Array.from({ length: sizeOf(output.shape) }, () => random.normal()),
      output.shape,
    );
    const loss = ops.sum(ops.multiply(ops.square(output), weights));
    const graph: Graph = { inputs: nodes, outputs: [loss, ...gradientsOf(ops, loss, nodes)] };
    const [, ...gradients] = evaluateGraph(graph, inputs);
    const lossOnly = { inputs: nodes, outputs: [loss] };

    inputs.forEach((values, position) => {
      for (let index = 0; index < values.length; index++) {
        const moved = (by: number) => {
          const changed = inputs.map((block) => Float64Array.from(block));
          changed[position][index] += by;
          return evaluateGraph(lossOnly, changed)[0][0];
        };
        const expected = (moved(1e-5) - moved(-1e-5)) / 2e-5;
        expect(gradients[position][index]).toBeCloseTo(expected, 6);
      }
    });
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
