import { invariant } from '../../base/errors.js';
import type { Convolution, Definition, Ops, Value } from './ops.js';
import { broadcastShape, reducedShape, sameShape, sizeOf, windowCount, type Shape } from './shapes.js';

/** What a node computes, with everything but its inputs. */
export type Operation =
  | { readonly kind: 'input'; readonly position: number }
  | { readonly kind: 'constant'; readonly data: Float32Array }
  | { readonly kind: 'add' | 'subtract' | 'multiply' | 'divide' }
  | { readonly kind: 'relu' | 'exp' | 'log' | 'sqrt' | 'square' | 'step' | 'stopGradient' }
  | { readonly kind: 'matmul' | 'reshape' | 'broadcastTo' | 'gatherRows' }
  | { readonly kind: 'transpose'; readonly permutation: readonly number[] }
  | { readonly kind: 'slice'; readonly axis: number; readonly start: number; readonly end: number }
  | { readonly kind: 'concat'; readonly axis: number }
  | { readonly kind: 'sum'; readonly axes: readonly number[]; readonly keepAxes: boolean }
  | { readonly kind: 'smallest'; readonly count: number; readonly part: 'values' | 'indices' }
  | ({ readonly kind: 'convolve' } & Convolution)
  | {
      readonly kind: 'maxPool' | 'averagePool';
      readonly size: number;
      readonly stride: number;
      readonly padding: number;
    }
  | { readonly kind: 'resizeBilinear' };

export type OperationKind = Operation['kind'];

/** One step of a traced computation. Nodes are made in an order in which they can be computed. */
export interface Node extends Value {
  readonly id: number;
  readonly operation: Operation;
  readonly inputs: readonly Node[];
}

/** A traced computation: from inputs, by position, to outputs. */
export interface Graph {
  readonly inputs: readonly Node[];
  readonly outputs: readonly Node[];
}

/** Runs a definition once over symbols and keeps what it did. */
export function trace(inputShapes: readonly Shape[], define: Definition): Graph {
  const { ops, input } = tracer();
  const inputs = inputShapes.map((shape, position) => input(position, shape));
  return { inputs, outputs: define(ops, inputs) };
}

/** Ops that record instead of compute. */
export function tracer(): { ops: Ops<Node>; input(position: number, shape: Shape): Node } {
  let count = 0;
  const node = (operation: Operation, shape: Shape, inputs: readonly Node[] = []): Node => ({
    id: count++,
    operation,
    shape,
    inputs,
  });
  const constant = (data: number | Float32Array, shape?: Shape): Node => {
    const numbers = typeof data === 'number' ? Float32Array.of(data) : data;
    const size = shape ?? (typeof data === 'number' ? [] : [data.length]);
    invariant(
      sizeOf(size) === numbers.length,
      `constant of shape [${size.join()}] over ${numbers.length} numbers`,
    );
    return node({ kind: 'constant', data: numbers }, size);
  };
  const binary = (kind: 'add' | 'subtract' | 'multiply' | 'divide') => (a: Node, b: Node | number) => {
    const right = typeof b === 'number' ? constant(b) : b;
    return node({ kind }, broadcastShape(a.shape, right.shape), [a, right]);
  };
  const unary = (kind: 'relu' | 'exp' | 'log' | 'sqrt' | 'square' | 'step' | 'stopGradient') => (a: Node) =>
    node({ kind }, a.shape, [a]);
  const pool =
    (kind: 'maxPool' | 'averagePool') => (image: Node, size: number, stride: number, padding: number) => {
      const [n, channels, height, width] = image.shape;
      const shape = [
        n,
        channels,
        windowCount(height, size, stride, padding),
        windowCount(width, size, stride, padding),
      ];
      return node({ kind, size, stride, padding }, shape, [image]);
    };
  const sum = (a: Node, axes: readonly number[] = a.shape.map((_, axis) => axis), keepAxes = false) =>
    axes.length === 0 ? a : node({ kind: 'sum', axes, keepAxes }, reducedShape(a.shape, axes, keepAxes), [a]);

  const ops: Ops<Node> = {
    constant,
    add: binary('add'),
    subtract: binary('subtract'),
    multiply: binary('multiply'),
    divide: binary('divide'),
    relu: unary('relu'),
    exp: unary('exp'),
    log: unary('log'),
    sqrt: unary('sqrt'),
    square: unary('square'),
    step: unary('step'),
    stopGradient: unary('stopGradient'),
    matmul(a, b) {
      invariant(
        a.shape.length === 2 && b.shape.length === 2 && a.shape[1] === b.shape[0],
        `matmul of [${a.shape.join()}] and [${b.shape.join()}]`,
      );
      return node({ kind: 'matmul' }, [a.shape[0], b.shape[1]], [a, b]);
    },
    transpose(a, permutation = [1, 0]) {
      invariant(
        permutation.length === a.shape.length,
        `transpose of rank ${a.shape.length} by [${permutation.join()}]`,
      );
      return node(
        { kind: 'transpose', permutation },
        permutation.map((axis) => a.shape[axis]),
        [a],
      );
    },
    reshape(a, shape) {
      invariant(sizeOf(shape) === sizeOf(a.shape), `reshape of [${a.shape.join()}] to [${shape.join()}]`);
      return node({ kind: 'reshape' }, shape, [a]);
    },
    broadcastTo(a, shape) {
      invariant(sameShape(broadcastShape(a.shape, shape), shape), `[${a.shape.join()}] to [${shape.join()}]`);
      return sameShape(a.shape, shape) ? a : node({ kind: 'broadcastTo' }, shape, [a]);
    },
    slice(a, axis, start, end) {
      invariant(
        start >= 0 && start < end && end <= a.shape[axis],
        `slice ${start}…${end} of ${a.shape[axis]}`,
      );
      const shape = a.shape.map((size, at) => (at === axis ? end - start : size));
      return node({ kind: 'slice', axis, start, end }, shape, [a]);
    },
    concat(parts, axis) {
      const total = parts.reduce((length, part) => length + part.shape[axis], 0);
      const shape = parts[0].shape.map((size, at) => (at === axis ? total : size));
      return parts.length === 1 ? parts[0] : node({ kind: 'concat', axis }, shape, parts);
    },
    sum,
    mean(a, axes, keepAxes) {
      const total = sum(a, axes, keepAxes);
      return ops.multiply(total, sizeOf(total.shape) / sizeOf(a.shape));
    },
    smallest(a, wanted) {
      const shape = [...a.shape.slice(0, -1), wanted];
      invariant(wanted >= 1 && wanted <= a.shape.at(-1)!, `smallest ${wanted} of ${a.shape.at(-1)}`);
      return {
        values: node({ kind: 'smallest', count: wanted, part: 'values' }, shape, [a]),
        indices: node({ kind: 'smallest', count: wanted, part: 'indices' }, shape, [a]),
      };
    },
    gatherRows: (a, indices) =>
      node({ kind: 'gatherRows' }, [...indices.shape, ...a.shape.slice(1)], [a, indices]),
    convolve(image, weight, bias, options) {
      const [n, , height, width] = image.shape;
      const [channels, , size] = weight.shape;
      const across = (length: number) => windowCount(length, size, options.stride, options.padding);
      const shape = [n, channels, across(height), across(width)];
      return node({ kind: 'convolve', ...options }, shape, bias ? [image, weight, bias] : [image, weight]);
    },
    maxPool: pool('maxPool'),
    averagePool: pool('averagePool'),
    resizeBilinear: (image, height, width) =>
      node({ kind: 'resizeBilinear' }, [image.shape[0], image.shape[1], height, width], [image]),
  };
  return { ops, input: (position, shape) => node({ kind: 'input', position }, shape) };
}

/** The nodes an output set depends on, in computing order. */
export function nodesOf(outputs: readonly Node[]): Node[] {
  const seen = new Map<number, Node>();
  const open = [...outputs];
  for (let node = open.pop(); node; node = open.pop()) {
    if (seen.has(node.id)) continue;
    seen.set(node.id, node);
    open.push(...node.inputs);
  }
  return [...seen.values()].sort((a, b) => a.id - b.id);
}
