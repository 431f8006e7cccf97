import type { RandomStream } from '../../base/random.js';
import { rowOf, type Matrix } from '../../base/tensor.js';
import { initialTrainingState, type Engine, type TrainingDefinition } from '../engine/engine.js';
import { defaultAdam } from '../engine/optimiser.js';
import type { MethodSettings } from '../methods/settings.js';
import type { Blocks } from './learner.js';
import type { Network } from './network.js';
import { networks, type NetworkName } from './networks.js';

export interface NetworkTraining {
  readonly parameters: Blocks;
  /** Mean over the steps; null when nothing was trained. */
  readonly loss: number | null;
}

/**
 * A round of local training with a fresh optimiser. Batches and noise are drawn from `random` alone, patches with
 * replacement.
 */
export async function trainNetwork(
  engine: Engine,
  name: NetworkName,
  settings: MethodSettings,
  points: Matrix,
  start: Blocks,
  constant: Float32Array,
  random: RandomStream,
): Promise<NetworkTraining> {
  const { steps, batchSize } = settings.training;
  if (steps === 0) return { parameters: start, loss: null };
  const network: Network = networks[name];
  const definition = trainingDefinition(network, settings, points.columns);
  // What a network is made of besides its shapes.
  const step = engine.compileTraining(`${name} ${JSON.stringify(settings.rival)}`, definition);
  let state = initialTrainingState(start);
  let sum = 0;
  for (let count = 0; count < steps; count++) {
    const batch = new Float32Array(batchSize * points.columns);
    for (let row = 0; row < batchSize; row++)
      batch.set(rowOf(points, random.integer(points.rows)), row * points.columns);
    const noise = new Float32Array(network.needsNoise ? batch.length : points.columns);
    if (network.needsNoise) random.fillNormal(noise);
    const result = await step.run(state, [batch, constant, noise]);
    state = result.state;
    sum += result.loss;
  }
  return { parameters: state.parameters, loss: sum / steps };
}

/** Inputs: a batch of patches, the shared constant, noise (one unused row where a network wants none). */
export function trainingDefinition(
  network: Network,
  { rival, training }: Pick<MethodSettings, 'rival' | 'training'>,
  dimensions: number,
): TrainingDefinition {
  const { batchSize, learningRate } = training;
  return {
    parameters: network.parameterShapes(dimensions, rival),
    inputs: [
      [batchSize, dimensions],
      [network.constant.length(dimensions, rival)],
      [network.needsNoise ? batchSize : 1, dimensions],
    ],
    optimiser: { ...defaultAdam, learningRate },
    loss: (ops, parameters, [patches, constant, noise]) =>
      network.loss(ops, parameters, { patches, constant, noise }, rival),
  };
}
