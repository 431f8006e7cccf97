import { describe, expect, it } from 'vitest';
import { countOperations } from '../../../src/model/engine/operations.js';
import type { Ops, Value } from '../../../src/model/engine/ops.js';
import { trace } from '../../../src/model/engine/trace.js';
import { traceTrainingStep } from '../../../src/model/engine/training-step.js';

type Shapes = readonly (readonly number[])[];

function count(shapes: Shapes, define: <V extends Value>(ops: Ops<V>, inputs: readonly V[]) => V): number {
  return countOperations(trace(shapes, (ops, inputs) => [define(ops, inputs)]));
}

describe('operations of a graph', () => {
  it.each<[string, number, Shapes, Parameters<typeof count>[1]]>([
    [
      'a product',
      2 * 3 * 4 * 5,
      [
        [3, 4],
        [4, 5],
      ],
      (ops, [a, b]) => ops.matmul(a, b),
    ],
    ['a broadcast sum', 12, [[3, 4], [4]], (ops, [a, b]) => ops.add(a, b)],
    ['a reduction', 12, [[3, 4]], (ops, [a]) => ops.sum(a, [1])],
    ['a mean: a reduction and a factor', 12 + 3, [[3, 4]], (ops, [a]) => ops.mean(a, [1])],
    ['a root of a square', 24, [[3, 4]], (ops, [a]) => ops.sqrt(ops.square(a))],
    [
      'what moves numbers',
      0,
      [[3, 4]],
      (ops, [a]) => ops.slice(ops.transpose(ops.reshape(a, [2, 6])), 0, 1, 3),
    ],
    [
      'a search, once for its values and its indices, and selection',
      12 + 3 * 2,
      [
        [3, 4],
        [4, 2],
      ],
      (ops, [a, rows]) => {
        const { values, indices } = ops.smallest(a, 1);
        return ops.add(ops.reshape(ops.gatherRows(rows, indices), [3, 2]), values);
      },
    ],
    [
      'a convolution of two groups',
      2 * (4 * 2 * 2) * (2 * 3 * 3),
      [
        [1, 4, 4, 4],
        [4, 2, 3, 3],
      ],
      (ops, [image, weight]) => ops.convolve(image, weight, null, { stride: 1, padding: 0, groups: 2 }),
    ],
  ])('are those of %s', (_, expected, shapes, define) => {
    expect(count(shapes, define)).toBe(expected);
  });

  it('count a node once, however often it is used', () => {
    const shared = count([[3, 4]], (ops, [a]) => {
      const square = ops.square(a);
      return ops.add(square, square);
    });
    expect(shared).toBe(24);
  });

  it('are forward, backward and optimiser of a training step, by hand', () => {
    const [batch, inner, columns] = [8, 5, 3];
    const step = (optimiser: Parameters<typeof traceTrainingStep>[0]['optimiser']) =>
      countOperations(
        traceTrainingStep({
          parameters: [[inner, columns]],
          inputs: [[batch, inner]],
          optimiser,
          loss: (ops, [weight], [points]) => ops.sum(ops.square(ops.matmul(points, weight))),
        }),
      );
    const product = 2 * batch * inner * columns;
    // Forward: product, square, sum. Backward: two factors, and the product with the points alone asks for a gradient.
    const training = product + 2 * batch * columns + 2 * batch * columns + product;
    const weights = inner * columns;
    expect(step({ kind: 'gradient-descent', learningRate: 0.1 })).toBe(training + 4 * weights);
    const adam = { kind: 'adam', learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;
    // Two moments of three operations and a square; two corrections, a root, a factor, ε, a division, a difference.
    expect(step(adam)).toBe(training + 14 * weights);
  });
});
