import type { RandomStream } from '../../base/random.js';
import { rowOf, stackRows, type Matrix } from '../../base/tensor.js';
import type { MemoryBank } from '../../memory/memory-bank.js';
import type { Engine, TrainingDefinition, TrainingState, TrainingStep } from '../engine/engine.js';
import { defaultAdam } from '../engine/optimiser.js';
import type { Ops, Value } from '../engine/ops.js';
import type { GeneratorName } from '../generator/generator.js';
import { generatorNamed } from '../generator/own-generator.js';
import { nearestCentres } from '../routines/nearest.js';
import type { MetricLoss, MetricLossName } from './metric-loss.js';
import { lossNamed } from './own-loss.js';
import { replays, type ReplayName } from './replay.js';

export interface TrainingSettings {
  readonly generator: GeneratorName;
  readonly loss: MetricLossName;
  readonly replay: ReplayName;
  /** Share of every batch that is replayed. */
  readonly replayShare: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly learningRate: number;
}

export interface TrainingInput {
  /** The client's patches in the shared space. */
  readonly points: Matrix;
  readonly local: MemoryBank;
  /** Slots of everybody; none where nothing is shared. */
  readonly global: MemoryBank;
  /** r²: the scale on which the loss measures squared distances. */
  readonly squaredRadius: number;
}

export interface TrainingOutcome {
  readonly state: TrainingState;
  /** Mean over the steps; null when nothing was trained. */
  readonly loss: number | null;
}

/** A round of local training. Batches and noise are drawn from `random` alone. */
export async function trainGenerator(
  engine: Engine,
  settings: TrainingSettings,
  input: TrainingInput,
  start: TrainingState,
  random: RandomStream,
): Promise<TrainingOutcome> {
  const loss = lossNamed(settings.loss);
  if (!loss || start.parameters.length === 0 || settings.steps === 0) return { state: start, loss: null };
  const { points, local, global } = input;
  const anchors = stackRows([global.vectors, local.vectors], points.columns);
  const replay = global.weights.length > 0 ? replays[settings.replay] : null;
  const replayed = replay ? Math.round(settings.replayShare * settings.batchSize) : 0;
  const step = compileStep(engine, settings, loss, points.columns, anchors.rows);
  const scale = Float32Array.of(1 / input.squaredRadius);

  let state = start;
  let sum = 0;
  for (let count = 0; count < settings.steps; count++) {
    const batch = new Float32Array(settings.batchSize * points.columns);
    for (let row = 0; row < settings.batchSize - replayed; row++) {
      batch.set(rowOf(points, random.integer(points.rows)), row * points.columns);
    }
    replay?.(global, batch.subarray((settings.batchSize - replayed) * points.columns), random);
    const result = await step.run(state, [batch, anchors.data, scale]);
    state = result.state;
    sum += result.loss;
  }
  return { state, loss: sum / settings.steps };
}

function compileStep(
  engine: Engine,
  settings: TrainingSettings,
  loss: MetricLoss,
  dimensions: number,
  slots: number,
): TrainingStep {
  const generator = generatorNamed(settings.generator);
  const definition: TrainingDefinition = {
    parameters: generator.parameterShapes(dimensions),
    inputs: [[settings.batchSize, dimensions], [slots, dimensions], [1]],
    optimiser: { ...defaultAdam, learningRate: settings.learningRate },
    loss(ops, parameters, [batch, anchors, scale]) {
      const embedded = generator.embed(ops, parameters, batch);
      const memory = ops.stopGradient(generator.embed(ops, parameters, anchors));
      return loss(ops, {
        slots,
        points: embedded,
        memory,
        nearest: (count) => ops.multiply(distancesToNearest(ops, embedded, memory, count), scale),
      });
    },
  };
  return engine.compileTraining(`${settings.generator} ${settings.loss}`, definition);
}

/** Finds the nearest slots without gradient, then measures the distances to them with gradient. */
function distancesToNearest<V extends Value>(ops: Ops<V>, embedded: V, memory: V, count: number): V {
  const { indices } = nearestCentres(ops, ops.stopGradient(embedded), memory, count);
  const slots = ops.gatherRows(memory, indices);
  const [rows, dimensions] = embedded.shape;
  const differences = ops.subtract(ops.reshape(embedded, [rows, 1, dimensions]), slots);
  return ops.sum(ops.square(differences), [2]);
}
