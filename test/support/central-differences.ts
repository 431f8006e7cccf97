import type { Ops, Value } from '../../src/model/engine/ops.js';
import type { Shape } from '../../src/model/engine/shapes.js';
import { tracer, type Graph } from '../../src/model/engine/trace.js';
import { evaluateGraph } from './reference-engine.js';

export type Loss = <V extends Value>(ops: Ops<V>, parameters: readonly V[]) => V;

/** Central differences of a traced loss in float64. */
export function differences(
  shapes: readonly Shape[],
  loss: Loss,
  inputs: readonly Float32Array[],
): number[][] {
  const { ops, input } = tracer();
  const nodes = shapes.map((shape, position) => input(position, shape));
  const graph: Graph = { inputs: nodes, outputs: [loss(ops, nodes)] };
  return inputs.map((values, position) =>
    Array.from(values, (value, index) => {
      const moved = (by: number) => {
        const changed = inputs.map((block) => Float64Array.from(block));
        changed[position][index] = value + by;
        return evaluateGraph(graph, changed)[0][0];
      };
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    }),
  );
}
