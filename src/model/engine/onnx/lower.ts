import { invariant } from '../../../base/errors.js';
import { nodesOf, type Graph, type Node, type Operation } from '../trace.js';
import {
  elementTypes,
  type Attribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxSignature,
  type OnnxTensor,
} from './model-proto.js';

type OperationOf<K extends Operation['kind']> = Extract<Operation, { kind: K }>;

/** Traced operations that one ONNX operator of the same inputs does. */
const direct: Partial<Record<Operation['kind'], string>> = {
  add: 'Add',
  subtract: 'Sub',
  multiply: 'Mul',
  divide: 'Div',
  relu: 'Relu',
  exp: 'Exp',
  log: 'Log',
  sqrt: 'Sqrt',
  matmul: 'MatMul',
  stopGradient: 'Identity',
};

/**
 * Translates a traced graph into ONNX operators. Inputs keep their order; outputs are named out0, out1 …
 * @param indexType type of outputs that are indices; ONNX selects in int64, and not every provider can narrow that
 */
export function lowerGraph(graph: Graph, indexType: 'int32' | 'int64' = 'int32'): OnnxGraph {
  const nodes: OnnxNode[] = [];
  const initialisers: OnnxTensor[] = [];
  const integers = new Map<string, string>();
  const selections = new Map<string, { values: string; indices: string }>();
  const name = (node: Node) => `n${node.id}`;

  const emit = (
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes?: Record<string, Attribute>,
  ): string => {
    nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  };
  /** An int64 vector as a shared initialiser: shapes, axes, counts. */
  const ints = (values: readonly number[]): string => {
    const key = values.join();
    const known = integers.get(key);
    if (known) return known;
    const fresh = `i${integers.size}`;
    integers.set(key, fresh);
    initialisers.push({
      name: fresh,
      type: 'int64',
      shape: [values.length],
      data: BigInt64Array.from(values, BigInt),
    });
    return fresh;
  };
  const zero = (): string => {
    if (!initialisers.some((initialiser) => initialiser.name === 'zero')) {
      initialisers.push({ name: 'zero', type: 'float', shape: [], data: new Float32Array(1) });
    }
    return 'zero';
  };
  const select = (input: Node, count: number): { values: string; indices: string } => {
    const key = `${input.id}:${count}`;
    const known = selections.get(key);
    if (known) return known;
    const fresh = { values: `v${key}`, indices: `x${key}` };
    selections.set(key, fresh);
    const axis = input.shape.length - 1;
    if (count === 1) {
      // ArgMin takes the first of equals; together with the minimum it costs half of TopK.
      emit('ArgMin', [name(input)], fresh.indices, { axis: { int: axis } });
      emit('ReduceMin', [name(input), ints([axis])], fresh.values);
    } else {
      const attributes = { axis: { int: axis }, largest: { int: 0 }, sorted: { int: 1 } };
      const inputs = [name(input), ints([count])];
      nodes.push({ operator: 'TopK', inputs, outputs: [fresh.values, fresh.indices], attributes });
    }
    return fresh;
  };
  const window = ({ size, stride, padding }: { size: number; stride: number; padding: number }) => ({
    kernel_shape: { ints: [size, size] },
    strides: { ints: [stride, stride] },
    pads: { ints: [padding, padding, padding, padding] },
  });

  const special: {
    [K in Operation['kind']]?: (node: Node, operation: OperationOf<K>, inputs: string[]) => void;
  } = {
    constant: (node, { data }) =>
      initialisers.push({ name: name(node), type: 'float', shape: node.shape, data }),
    square: (node, _, [a]) => emit('Mul', [a, a], name(node)),
    // Not the sign of relu: WebGPU has no Sign.
    step: (node, _, [a]) =>
      emit('Cast', [emit('Greater', [a, zero()], `${name(node)}g`)], name(node), {
        to: { int: elementTypes.float },
      }),
    transpose: (node, { permutation }, [a]) =>
      emit('Transpose', [a], name(node), { perm: { ints: permutation } }),
    reshape: (node, _, [a]) => emit('Reshape', [a, ints(node.shape)], name(node)),
    broadcastTo: (node, _, [a]) => emit('Expand', [a, ints(node.shape)], name(node)),
    gatherRows: (node, _, inputs) => emit('Gather', inputs, name(node), { axis: { int: 0 } }),
    slice: (node, { axis, start, end }, [a]) =>
      emit('Slice', [a, ints([start]), ints([end]), ints([axis])], name(node)),
    concat: (node, { axis }, inputs) => emit('Concat', inputs, name(node), { axis: { int: axis } }),
    sum: (node, { axes, keepAxes }, [a]) =>
      emit('ReduceSum', [a, ints(axes)], name(node), { keepdims: { int: keepAxes ? 1 : 0 } }),
    smallest: (node, { count, part }) => emit('Identity', [select(node.inputs[0], count)[part]], name(node)),
    convolve: (node, { stride, padding, groups }, inputs) =>
      emit('Conv', inputs, name(node), {
        ...window({ size: node.inputs[1].shape[2], stride, padding }),
        group: { int: groups ?? 1 },
      }),
    maxPool: (node, operation, [a]) => emit('MaxPool', [a], name(node), window(operation)),
    averagePool: (node, operation, [a]) =>
      emit('AveragePool', [a], name(node), { ...window(operation), count_include_pad: { int: 0 } }),
    resizeBilinear: (node, _, [a]) =>
      emit('Resize', [a, '', '', ints(node.shape)], name(node), {
        mode: { text: 'linear' },
        coordinate_transformation_mode: { text: 'half_pixel' },
      }),
  };

  for (const node of nodesOf(graph.outputs)) {
    const { operation } = node;
    if (operation.kind === 'input') continue;
    const inputs = node.inputs.map(name);
    const operator = direct[operation.kind];
    if (operator) emit(operator, inputs, name(node));
    else {
      const lower = special[operation.kind] as
        ((node: Node, operation: Operation, inputs: string[]) => void) | undefined;
      invariant(lower !== undefined, `no ONNX operator for ${operation.kind}`);
      lower(node, operation, inputs);
    }
  }

  const inputs = graph.inputs.map((node): OnnxSignature => ({
    name: name(node),
    type: 'float',
    shape: node.shape,
  }));
  const outputs = graph.outputs.map((node, position): OnnxSignature => {
    const { operation } = node;
    const indices = operation.kind === 'smallest' && operation.part === 'indices';
    if (indices && indexType === 'int32') {
      emit('Cast', [name(node)], `out${position}`, { to: { int: elementTypes.int32 } });
    } else emit('Identity', [name(node)], `out${position}`);
    return { name: `out${position}`, type: indices ? indexType : 'float', shape: node.shape };
  });
  return { nodes, initialisers, inputs, outputs };
}
