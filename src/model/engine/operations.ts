import { sizeOf } from './shapes.js';
import { nodesOf, type Graph, type Node, type OperationKind } from './trace.js';

/**
 * Floating-point operations of a traced computation, every node once, as it stands before an engine simplifies it. A
 * multiplication and the addition that follows count two; a comparison, division, root, exponential or logarithm counts
 * one; moving and selecting numbers counts none.
 */
export function countOperations({ outputs }: Pick<Graph, 'outputs'>): number {
  const searched = new Set<string>();
  return nodesOf(outputs).reduce((sum, node) => {
    const { operation } = node;
    if (operation.kind === 'smallest') {
      // Values and indices come from one search.
      const search = `${node.inputs[0].id} ${operation.count}`;
      if (searched.has(search)) return sum;
      searched.add(search);
    }
    return sum + (counts[operation.kind]?.(node) ?? 0);
  }, 0);
}

type Count = (node: Node) => number;

const oneEach: Count = ({ shape }) => sizeOf(shape);
const oneForEveryInput: Count = ({ inputs: [a] }) => sizeOf(a.shape);
const oneForEveryPlace: Count = ({ shape, operation }) =>
  'size' in operation ? sizeOf(shape) * operation.size ** 2 : 0;

/** What is not here moves numbers. */
const counts: Partial<Record<OperationKind, Count>> = {
  add: oneEach,
  subtract: oneEach,
  multiply: oneEach,
  divide: oneEach,
  relu: oneEach,
  exp: oneEach,
  log: oneEach,
  sqrt: oneEach,
  square: oneEach,
  step: oneEach,
  sum: oneForEveryInput,
  /** One comparison for every entry: what keeps the smallest few in order is less. */
  smallest: oneForEveryInput,
  matmul: ({ shape, inputs: [a] }) => 2 * sizeOf(shape) * a.shape[1],
  convolve: ({ shape, inputs: [, weight] }) => 2 * sizeOf(shape) * sizeOf(weight.shape.slice(1)),
  maxPool: oneForEveryPlace,
  averagePool: oneForEveryPlace,
  /** Three blends of two numbers, each a difference, a product and a sum. */
  resizeBilinear: ({ shape }) => 9 * sizeOf(shape),
};
