import { invariant } from '../../base/errors.js';
import type { Ops } from './ops.js';
import { repeatedAxes, sameShape, type Shape } from './shapes.js';
import { nodesOf, type Node, type OperationKind } from './trace.js';

/** What a node passes back to each input (null: nothing), given the gradient of its output. */
type Backward = (ops: Ops<Node>, node: Node, gradient: Node) => readonly (Node | null)[];

/**
 * Reverse-mode derivatives of a scalar, as further nodes of the same trace.
 * @param loss a node of shape []
 * @param parameters nodes to differentiate by
 * @returns one gradient a parameter, of its shape; zeros where the loss doesn't depend on it
 */
export function gradientsOf(ops: Ops<Node>, loss: Node, parameters: readonly Node[]): Node[] {
  invariant(loss.shape.length === 0, `the loss must be a scalar, not of shape [${loss.shape.join()}]`);
  const order = nodesOf([loss]);
  const wanted = dependents(order, parameters);
  const gradients = new Map<number, Node>([[loss.id, ops.constant(1)]]);
  for (const node of order.reverse()) {
    const gradient = gradients.get(node.id);
    if (!gradient || !wanted.has(node.id)) continue;
    const backward = backwards[node.operation.kind];
    if (!backward) continue;
    const passed = backward(ops, node, gradient);
    node.inputs.forEach((input, position) => {
      const share = passed[position];
      if (!share || !wanted.has(input.id)) return;
      const sum = gradients.get(input.id);
      gradients.set(input.id, sum ? ops.add(sum, share) : share);
    });
  }
  return parameters.map(
    (parameter) => gradients.get(parameter.id) ?? ops.broadcastTo(ops.constant(0), parameter.shape),
  );
}

/** Ids of the nodes that depend on a parameter: no other needs a gradient. */
function dependents(order: readonly Node[], parameters: readonly Node[]): Set<number> {
  const wanted = new Set(parameters.map((parameter) => parameter.id));
  for (const node of order) if (node.inputs.some((input) => wanted.has(input.id))) wanted.add(node.id);
  return wanted;
}

/** Sums a gradient over the axes along which its operand was repeated. */
function unbroadcast(ops: Ops<Node>, gradient: Node, shape: Shape): Node {
  if (sameShape(gradient.shape, shape)) return gradient;
  return ops.reshape(ops.sum(gradient, repeatedAxes(shape, gradient.shape)), shape);
}

const backwards: Partial<Record<OperationKind, Backward>> = {
  add: (ops, { inputs: [a, b] }, g) => [unbroadcast(ops, g, a.shape), unbroadcast(ops, g, b.shape)],
  subtract: (ops, { inputs: [a, b] }, g) => [
    unbroadcast(ops, g, a.shape),
    unbroadcast(ops, ops.multiply(g, -1), b.shape),
  ],
  multiply: (ops, { inputs: [a, b] }, g) => [
    unbroadcast(ops, ops.multiply(g, b), a.shape),
    unbroadcast(ops, ops.multiply(g, a), b.shape),
  ],
  divide: (ops, { inputs: [a, b] }, g) => [
    unbroadcast(ops, ops.divide(g, b), a.shape),
    unbroadcast(ops, ops.multiply(ops.divide(ops.multiply(g, a), ops.square(b)), -1), b.shape),
  ],
  relu: (ops, { inputs: [a] }, g) => [ops.multiply(g, ops.step(a))],
  exp: (ops, node, g) => [ops.multiply(g, node)],
  log: (ops, { inputs: [a] }, g) => [ops.divide(g, a)],
  sqrt: (ops, node, g) => [ops.divide(ops.multiply(g, 0.5), node)],
  square: (ops, { inputs: [a] }, g) => [ops.multiply(ops.multiply(g, a), 2)],
  matmul: (ops, { inputs: [a, b] }, g) => [ops.matmul(g, ops.transpose(b)), ops.matmul(ops.transpose(a), g)],
  transpose(ops, { operation }, g) {
    invariant(operation.kind === 'transpose', 'transpose expected');
    const inverse = operation.permutation.map((_, axis) => operation.permutation.indexOf(axis));
    return [ops.transpose(g, inverse)];
  },
  reshape: (ops, { inputs: [a] }, g) => [ops.reshape(g, a.shape)],
  broadcastTo: (ops, { inputs: [a] }, g) => [unbroadcast(ops, g, a.shape)],
  slice(ops, { operation, inputs: [a] }, g) {
    invariant(operation.kind === 'slice', 'slice expected');
    const { axis, start, end } = operation;
    const zeros = (length: number) => {
      const shape = a.shape.map((size, at) => (at === axis ? length : size));
      return length > 0 ? [ops.broadcastTo(ops.constant(0), shape)] : [];
    };
    return [ops.concat([...zeros(start), g, ...zeros(a.shape[axis] - end)], axis)];
  },
  concat(ops, { operation, inputs }, g) {
    invariant(operation.kind === 'concat', 'concat expected');
    let start = 0;
    return inputs.map((part) => {
      const end = start + part.shape[operation.axis];
      const share = ops.slice(g, operation.axis, start, end);
      start = end;
      return share;
    });
  },
  sum(ops, { operation, inputs: [a] }, g) {
    invariant(operation.kind === 'sum', 'sum expected');
    const kept = a.shape.map((size, axis) => (operation.axes.includes(axis) ? 1 : size));
    return [ops.broadcastTo(ops.reshape(g, kept), a.shape)];
  },
};
