import type { Ops, Value } from '../../../src/model/engine/ops.js';
import type { Shape } from '../../../src/model/engine/shapes.js';

/** Every operation once or more, as a definition: the conformance and gradient suites go through this list. */
export interface OperationCase {
  readonly name: string;
  readonly shapes: readonly Shape[];
  /** Inputs must be positive (logarithms, square roots, divisors). */
  readonly positive?: boolean;
  /** Frozen and selecting operations have no gradient. */
  readonly frozen?: boolean;
  build<V extends Value>(ops: Ops<V>, inputs: readonly V[]): V;
}

export const operationCases: readonly OperationCase[] = [
  { name: 'add', shapes: [[3, 4], [4]], build: (ops, [a, b]) => ops.add(a, b) },
  { name: 'add a number', shapes: [[3]], build: (ops, [a]) => ops.add(a, 1.5) },
  {
    name: 'subtract',
    shapes: [
      [2, 1, 3],
      [4, 1],
    ],
    build: (ops, [a, b]) => ops.subtract(a, b),
  },
  {
    name: 'multiply',
    shapes: [
      [1, 4],
      [3, 4],
    ],
    build: (ops, [a, b]) => ops.multiply(a, b),
  },
  { name: 'multiply by itself', shapes: [[3, 2]], build: (ops, [a]) => ops.multiply(a, a) },
  {
    name: 'divide',
    shapes: [
      [3, 4],
      [3, 1],
    ],
    positive: true,
    build: (ops, [a, b]) => ops.divide(a, b),
  },
  { name: 'relu', shapes: [[4, 5]], build: (ops, [a]) => ops.relu(a) },
  { name: 'exp', shapes: [[4]], build: (ops, [a]) => ops.exp(a) },
  { name: 'log', shapes: [[4]], positive: true, build: (ops, [a]) => ops.log(a) },
  { name: 'sqrt', shapes: [[4]], positive: true, build: (ops, [a]) => ops.sqrt(a) },
  { name: 'square', shapes: [[4]], build: (ops, [a]) => ops.square(a) },
  { name: 'step', shapes: [[6]], frozen: true, build: (ops, [a]) => ops.step(a) },
  {
    name: 'matmul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    build: (ops, [a, b]) => ops.matmul(a, b),
  },
  {
    name: 'matmul of transposes',
    shapes: [
      [4, 3],
      [2, 4],
    ],
    build: (ops, [a, b]) => ops.matmul(ops.transpose(a), ops.transpose(b)),
  },
  { name: 'transpose', shapes: [[2, 3, 4]], build: (ops, [a]) => ops.transpose(a, [2, 0, 1]) },
  { name: 'reshape', shapes: [[2, 6]], build: (ops, [a]) => ops.reshape(a, [3, 4]) },
  { name: 'broadcastTo', shapes: [[1, 3]], build: (ops, [a]) => ops.broadcastTo(a, [2, 4, 3]) },
  { name: 'slice', shapes: [[3, 5]], build: (ops, [a]) => ops.slice(a, 1, 1, 3) },
  { name: 'slice from the start', shapes: [[3, 5]], build: (ops, [a]) => ops.slice(a, 0, 0, 2) },
  {
    name: 'concat',
    shapes: [
      [2, 2],
      [2, 3],
    ],
    build: (ops, [a, b]) => ops.concat([a, b, a], 1),
  },
  { name: 'sum', shapes: [[2, 3, 4]], build: (ops, [a]) => ops.sum(a, [0, 2]) },
  { name: 'sum, axes kept', shapes: [[2, 3]], build: (ops, [a]) => ops.sum(a, [1], true) },
  { name: 'mean', shapes: [[2, 3]], build: (ops, [a]) => ops.mean(a) },
  { name: 'mean along an axis', shapes: [[2, 3]], build: (ops, [a]) => ops.mean(a, [0]) },
  { name: 'stopGradient', shapes: [[3]], frozen: true, build: (ops, [a]) => ops.stopGradient(a) },
  { name: 'smallest one', shapes: [[4, 7]], frozen: true, build: (ops, [a]) => ops.smallest(a, 1).values },
  {
    name: 'index of the smallest',
    shapes: [[4, 7]],
    frozen: true,
    build: (ops, [a]) => ops.smallest(a, 1).indices,
  },
  { name: 'three smallest', shapes: [[4, 7]], frozen: true, build: (ops, [a]) => ops.smallest(a, 3).values },
  {
    name: 'indices of three smallest',
    shapes: [[4, 7]],
    frozen: true,
    build: (ops, [a]) => ops.smallest(a, 3).indices,
  },
  {
    name: 'ties go to the lowest index',
    shapes: [[2, 6]],
    frozen: true,
    build: (ops, [a]) => ops.smallest(ops.step(a), 4).indices,
  },
  {
    name: 'gatherRows',
    shapes: [
      [6, 3],
      [2, 6],
    ],
    frozen: true,
    build: (ops, [a, b]) => ops.gatherRows(a, ops.smallest(b, 2).indices),
  },
  {
    name: 'convolve',
    shapes: [[2, 3, 7, 6], [4, 3, 3, 3], [4]],
    frozen: true,
    build: (ops, [x, w, b]) => ops.convolve(x, w, b, { stride: 2, padding: 1 }),
  },
  {
    name: 'convolve in groups',
    shapes: [
      [1, 2, 6, 6],
      [4, 1, 3, 3],
    ],
    frozen: true,
    build: (ops, [x, w]) => ops.convolve(x, w, null, { stride: 1, padding: 0, groups: 2 }),
  },
  { name: 'maxPool', shapes: [[1, 2, 7, 7]], frozen: true, build: (ops, [a]) => ops.maxPool(a, 3, 2, 1) },
  {
    name: 'averagePool',
    shapes: [[1, 2, 5, 5]],
    frozen: true,
    build: (ops, [a]) => ops.averagePool(a, 3, 1, 1),
  },
  {
    name: 'resizeBilinear up',
    shapes: [[1, 2, 3, 4]],
    frozen: true,
    build: (ops, [a]) => ops.resizeBilinear(a, 6, 8),
  },
  {
    name: 'resizeBilinear by an odd ratio',
    shapes: [[1, 1, 4, 4]],
    frozen: true,
    build: (ops, [a]) => ops.resizeBilinear(a, 7, 6),
  },
];
