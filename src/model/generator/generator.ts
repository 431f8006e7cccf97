import type { RandomStream } from '../../base/random.js';
import type { Ops, Value } from '../engine/ops.js';
import type { Shape } from '../engine/shapes.js';
import type { PinnedModule } from '../own-part.js';

/** The memory generator z = g(y): local, small, never uploaded (METHOD: memory generator). */
export interface Generator {
  /** Of its blocks of parameters. */
  parameterShapes(dimensions: number): readonly Shape[];
  /** The blocks before training; every client gets the same. */
  initialise(dimensions: number, random: RandomStream): readonly Float32Array[];
  /** [n × dimensions] → [n × dimensions] */
  embed<V extends Value>(ops: Ops<V>, parameters: readonly V[], points: V): V;
}

/** z = yA; A starts as the identity. */
const linear: Generator = {
  parameterShapes: (dimensions) => [[dimensions, dimensions]],
  initialise: (dimensions) => [
    Float32Array.from({ length: dimensions * dimensions }, (_, index) =>
      index % (dimensions + 1) === 0 ? 1 : 0,
    ),
  ],
  embed: (ops, [weight], points) => ops.matmul(points, weight),
};

/** z = y + relu(yA + a)B + b; B starts at zero, so that z starts as y. */
const residualMlp: Generator = {
  parameterShapes: (dimensions) => [
    [dimensions, dimensions],
    [dimensions],
    [dimensions, dimensions],
    [dimensions],
  ],
  initialise(dimensions, random) {
    const scale = Math.sqrt(2 / dimensions);
    const first = new Float32Array(dimensions * dimensions);
    random.fillNormal(first);
    return [
      first.map((value) => value * scale),
      new Float32Array(dimensions),
      new Float32Array(dimensions * dimensions),
      new Float32Array(dimensions),
    ];
  },
  embed(ops, [first, firstBias, second, secondBias], points) {
    const hidden = ops.relu(ops.add(ops.matmul(points, first), firstBias));
    return ops.add(points, ops.add(ops.matmul(hidden, second), secondBias));
  },
};

/** z = y: nothing to train. */
const none: Generator = {
  parameterShapes: () => [],
  initialise: () => [],
  embed: (_ops, _parameters, points) => points,
};

/** The generators that come along, by the name a scenario gives them. */
export const generators = { linear, 'residual-mlp': residualMlp, none } as const satisfies Record<
  string,
  Generator
>;
export type GeneratorName = keyof typeof generators | PinnedModule;
