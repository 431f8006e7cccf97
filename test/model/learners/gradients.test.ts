import { describe, expect, it } from 'vitest';
import { gradientsOf } from '../../../src/model/engine/gradient.js';
import type { TrainingDefinition } from '../../../src/model/engine/engine.js';
import type { Shape } from '../../../src/model/engine/shapes.js';
import { tracer, type Graph } from '../../../src/model/engine/trace.js';
import { learners } from '../../../src/model/learners/registry.js';
import { networks } from '../../../src/model/learners/networks.js';
import { trainingDefinition } from '../../../src/model/learners/network-training.js';
import type { Aggregator, LocalRound } from '../../../src/model/methods/aggregators/aggregator.js';
import { extendedDefinition } from '../../../src/model/methods/aggregators/extended-training.js';
import { fedprox } from '../../../src/model/methods/aggregators/fedprox.js';
import { moon } from '../../../src/model/methods/aggregators/moon.js';
import { scaffold } from '../../../src/model/methods/aggregators/scaffold.js';
import { encodeBlocks } from '../../../src/model/methods/blocks.js';
import { differences, type Loss } from '../../support/central-differences.js';
import { evaluateGraph } from '../../support/reference-engine.js';
import { normals, smallRival } from './samples.js';

const dimensions = 4;
const settings = { rival: smallRival, training: { batchSize: 6, steps: 3, learningRate: 1e-3 } };

/** Compares the traced gradient of a definition's loss with central differences, both in float64. */
function check(definition: TrainingDefinition, inputs: readonly Float32Array[], parameters: Float32Array[]) {
  const shapes: readonly Shape[] = definition.parameters;
  const loss: Loss = (ops, values) =>
    definition.loss(
      ops,
      values,
      inputs.map((data, index) => ops.constant(data, definition.inputs[index])),
    );
  const { ops, input } = tracer();
  const nodes = shapes.map((shape, position) => input(position, shape));
  const graph: Graph = { inputs: nodes, outputs: gradientsOf(ops, loss(ops, nodes), nodes) };
  const gradients = evaluateGraph(graph, parameters);
  const expected = differences(shapes, loss, parameters);
  let largest = 0;
  expected.forEach((block, position) =>
    block.forEach((value, index) => {
      expect(gradients[position][index]).toBeCloseTo(value, 6);
      largest = Math.max(largest, Math.abs(value));
    }),
  );
  // A loss without a gradient would pass every comparison.
  expect(largest).toBeGreaterThan(1e-3);
}

function sampleOf(name: keyof typeof networks) {
  const definition = trainingDefinition(networks[name], settings as never, dimensions);
  return {
    definition,
    inputs: definition.inputs.map((shape, index) => normals(shape, name, 'input', index)),
    parameters: definition.parameters.map((shape, index) => normals(shape, name, 'parameter', index)),
  };
}

describe('gradients against central differences in float64', () => {
  it.each(Object.keys(networks) as (keyof typeof networks)[])('of the loss of %s', (name) => {
    const { definition, inputs, parameters } = sampleOf(name);
    check(definition, inputs, parameters);
  });

  it.each<[string, Aggregator]>([
    ['fedprox', fedprox],
    ['moon', moon],
    ['scaffold', scaffold],
  ])('of the loss of simplenet with the term of %s, and of the term alone', (_, aggregator) => {
    const { definition, inputs, parameters } = sampleOf('simplenet');
    const blocks = (name: string) => definition.parameters.map((shape, at) => normals(shape, name, at));
    const rival = { ...smallRival, fedprox: { mu: 0.7 } };
    const local: Record<string, unknown> = {
      model: encodeBlocks(blocks('previous'), 'parameter'),
      control: encodeBlocks(blocks('own control'), 'control'),
    };
    const round = {
      learner: learners.simplenet,
      shapes: definition.parameters,
      global: blocks('global'),
      context: {
        settings: { ...settings, rival },
        received: encodeBlocks(blocks('control'), 'control'),
        hasLocal: () => true,
        local: (name: string) => local[name],
      },
    } as unknown as LocalRound;
    const extension = aggregator.extend!(round)!;
    const data = [...inputs, ...extension.blocks.map((block) => block.data)];
    check(extendedDefinition(definition, extension), data, parameters);
    const nothing: TrainingDefinition = { ...definition, loss: (ops) => ops.constant(0) };
    check(extendedDefinition(nothing, extension), data, parameters);
  });
});
