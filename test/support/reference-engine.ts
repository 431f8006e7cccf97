import type { Engine, Output, TrainingDefinition } from '../../src/model/engine/engine.js';
import { initialTrainingState } from '../../src/model/engine/engine.js';
import { optimiserCorrections } from '../../src/model/engine/optimiser.js';
import { sizeOf, type Shape } from '../../src/model/engine/shapes.js';
import { nodesOf, trace, type Graph, type Node } from '../../src/model/engine/trace.js';
import { traceTrainingStep } from '../../src/model/engine/training-step.js';

/** An index vector of a row-major position. */
function positions(shape: Shape): number[][] {
  return shape.reduce<number[][]>(
    (found, size) =>
      found.flatMap((prefix) => Array.from({ length: size }, (_, index) => [...prefix, index])),
    [[]],
  );
}

function offset(shape: Shape, position: readonly number[]): number {
  return shape.reduce((sum, size, axis) => sum * size + position[axis], 0);
}

/** Where a broadcast operand is read for an output position. */
function broadcastOffset(shape: Shape, position: readonly number[]): number {
  const skipped = position.length - shape.length;
  return shape.reduce((sum, size, axis) => sum * size + (size === 1 ? 0 : position[axis + skipped]), 0);
}

const elementwise: Record<string, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  subtract: (a, b) => a - b,
  multiply: (a, b) => a * b,
  divide: (a, b) => a / b,
  relu: (a) => Math.max(a, 0),
  exp: (a) => Math.exp(a),
  log: (a) => Math.log(a),
  sqrt: (a) => Math.sqrt(a),
  square: (a) => a * a,
  step: (a) => (a > 0 ? 1 : 0),
  stopGradient: (a) => a,
  broadcastTo: (a) => a,
};

/** One output element of a node, straight from the operator's definition. */
function element(node: Node, position: readonly number[], values: readonly Float64Array[]): number {
  const { operation, inputs } = node;
  const [a, b] = values;
  const simple = elementwise[operation.kind];
  if (simple) {
    return simple(
      a[broadcastOffset(inputs[0].shape, position)],
      b ? b[broadcastOffset(inputs[1].shape, position)] : NaN,
    );
  }
  switch (operation.kind) {
    case 'matmul': {
      const [row, column] = position;
      const [, inner] = inputs[0].shape;
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += a[row * inner + k] * b[k * inputs[1].shape[1] + column];
      return sum;
    }
    case 'reshape':
      return a[offset(node.shape, position)];
    case 'transpose': {
      const source = inputs[0].shape.map((_, axis) => position[operation.permutation.indexOf(axis)]);
      return a[offset(inputs[0].shape, source)];
    }
    case 'slice':
      return a[
        offset(
          inputs[0].shape,
          position.map((at, axis) => at + (axis === operation.axis ? operation.start : 0)),
        )
      ];
    case 'concat': {
      let at = position[operation.axis];
      const part = inputs.findIndex(({ shape }) => {
        if (at < shape[operation.axis]) return true;
        at -= shape[operation.axis];
        return false;
      });
      return values[part][offset(inputs[part].shape, position.with(operation.axis, at))];
    }
    case 'sum': {
      const { shape } = inputs[0];
      const kept = operation.keepAxes ? position : [...position];
      const fixed = shape.map((_, axis) =>
        operation.axes.includes(axis) ? -1 : operation.keepAxes ? kept[axis] : (kept as number[]).shift()!,
      );
      let sum = 0;
      for (const reduced of positions(operation.axes.map((axis) => shape[axis]))) {
        const source = fixed.map((at, axis) => (at < 0 ? reduced[operation.axes.indexOf(axis)] : at));
        sum += a[offset(shape, source)];
      }
      return sum;
    }
    case 'smallest': {
      const width = inputs[0].shape.at(-1)!;
      const start = (offset(node.shape, position) - position.at(-1)!) / operation.count;
      const row = Array.from(a.subarray(start * width, (start + 1) * width), (value, index) => ({
        value,
        index,
      }));
      row.sort((x, y) => x.value - y.value || x.index - y.index);
      const chosen = row[position.at(-1)!];
      return operation.part === 'values' ? chosen.value : chosen.index;
    }
    case 'gatherRows': {
      const rank = inputs[1].shape.length;
      const row = b[offset(inputs[1].shape, position.slice(0, rank))];
      return a[offset(inputs[0].shape, [row, ...position.slice(rank)])];
    }
    case 'convolve': {
      const [n, channel, y, x] = position;
      const [, perGroup, size] = inputs[1].shape;
      const [, , height, width] = inputs[0].shape;
      const group = Math.floor(channel / (inputs[1].shape[0] / (operation.groups ?? 1)));
      let sum = values[2] ? values[2][channel] : 0;
      for (const [c, dy, dx] of positions([perGroup, size, size])) {
        const row = y * operation.stride + dy - operation.padding;
        const column = x * operation.stride + dx - operation.padding;
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        const pixel = a[offset(inputs[0].shape, [n, group * perGroup + c, row, column])];
        sum += pixel * b[offset(inputs[1].shape, [channel, c, dy, dx])];
      }
      return sum;
    }
    case 'maxPool':
    case 'averagePool': {
      const [n, c, y, x] = position;
      const [, , height, width] = inputs[0].shape;
      const seen: number[] = [];
      for (const [dy, dx] of positions([operation.size, operation.size])) {
        const row = y * operation.stride + dy - operation.padding;
        const column = x * operation.stride + dx - operation.padding;
        if (row < 0 || column < 0 || row >= height || column >= width) continue;
        seen.push(a[offset(inputs[0].shape, [n, c, row, column])]);
      }
      return operation.kind === 'maxPool'
        ? Math.max(...seen)
        : seen.reduce((sum, value) => sum + value) / seen.length;
    }
    case 'resizeBilinear': {
      const [n, c, y, x] = position;
      const [, , height, width] = inputs[0].shape;
      const at = (target: number, from: number, to: number) =>
        Math.min(Math.max(((target + 0.5) * from) / to - 0.5, 0), from - 1);
      const row = at(y, height, node.shape[2]);
      const column = at(x, width, node.shape[3]);
      const read = (r: number, s: number) =>
        a[offset(inputs[0].shape, [n, c, Math.min(r, height - 1), Math.min(s, width - 1)])];
      const [top, left] = [Math.floor(row), Math.floor(column)];
      const [down, right] = [row - top, column - left];
      return (
        (1 - down) * ((1 - right) * read(top, left) + right * read(top, left + 1)) +
        down * ((1 - right) * read(top + 1, left) + right * read(top + 1, left + 1))
      );
    }
    default:
      throw new Error(`the reference does not know ${operation.kind}`);
  }
}

/** Evaluates a traced graph in float64, element by element, from the operators' definitions. Slow on purpose. */
export function evaluateGraph(graph: Graph, inputs: readonly ArrayLike<number>[]): Float64Array[] {
  const values = new Map<number, Float64Array>();
  for (const node of nodesOf(graph.outputs)) {
    const { operation } = node;
    if (operation.kind === 'input') values.set(node.id, Float64Array.from(inputs[operation.position]));
    else if (operation.kind === 'constant') values.set(node.id, Float64Array.from(operation.data));
    else {
      const operands = node.inputs.map((input) => values.get(input.id)!);
      values.set(
        node.id,
        Float64Array.from(positions(node.shape), (position) => element(node, position, operands)),
      );
    }
  }
  return graph.outputs.map((output) => values.get(output.id)!);
}

/** The conformance suite's oracle: a whole engine in plain float64 loops. */
export function createReferenceEngine(): Engine {
  const asOutput = (node: Node, data: Float64Array): Output =>
    node.operation.kind === 'smallest' && node.operation.part === 'indices'
      ? Int32Array.from(data)
      : Float32Array.from(data);
  return {
    name: 'onnx',
    version: 'reference',
    device: 'cpu',
    compile(_key, shapes, define) {
      const graph = trace(shapes, define);
      const run = (inputs: readonly Float32Array[]) =>
        Promise.resolve(
          evaluateGraph(graph, inputs).map((data, index) => asOutput(graph.outputs[index], data)),
        );
      return { run };
    },
    compileTraining(_key, definition: TrainingDefinition) {
      const graph = traceTrainingStep(definition);
      const count = definition.parameters.length;
      return {
        run(
          state = initialTrainingState(definition.parameters.map((shape) => new Float32Array(sizeOf(shape)))),
          inputs,
        ) {
          const corrections = optimiserCorrections(definition.optimiser, state.step + 1);
          const [loss, ...rest] = evaluateGraph(graph, [
            ...state.parameters,
            ...state.firstMoments,
            ...state.secondMoments,
            corrections,
            ...inputs,
          ]).map((data) => Float32Array.from(data));
          return Promise.resolve({
            loss: loss[0],
            state: {
              parameters: rest.slice(0, count),
              firstMoments: rest.slice(count, 2 * count),
              secondMoments: rest.slice(2 * count),
              step: state.step + 1,
            },
          });
        },
      };
    },
    busyMilliseconds: () => 0,
    dispose: () => Promise.resolve(),
  };
}
