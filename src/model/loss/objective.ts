import type { Engine, TrainingDefinition, TrainingStep } from '../engine/engine.js';
import { defaultAdam } from '../engine/optimiser.js';
import type { Ops, Value } from '../engine/ops.js';
import type { GeneratorName } from '../generator/generator.js';
import { generatorNamed } from '../generator/own-generator.js';
import { nearestCentres, relativeDistances } from '../routines/nearest.js';
import type { LossPoints, MetricLoss, MetricLossName } from './metric-loss.js';
import { spreadPenalty } from './spread-penalty.js';
import type { TrainingSettings } from './training.js';

/** Weight of the term that pulls embeddings to their nearest global slot, where slots are embeddings. */
const alignmentWeight = 0.3;

export interface ObjectiveSettings {
  readonly generator: GeneratorName;
  readonly loss: MetricLossName;
  readonly batchSize: number;
  readonly learningRate: number;
}

/** Sizes, and the parts that are not always there. */
export interface ObjectiveShape {
  readonly dimensions: number;
  /** Of global and local slots together, the global ones first. */
  readonly slots: number;
  /** Slots are embeddings; so many of them are global, and pull. */
  readonly aligned?: number;
  /** Factor of the spread penalty, of a linear generator. */
  readonly spreadPenalty?: number;
}

/** A step of training, compiled. */
export function compileObjective(
  engine: Engine,
  settings: ObjectiveSettings,
  loss: MetricLoss,
  shape: ObjectiveShape,
): TrainingStep {
  return engine.compileTraining(objectiveKey(settings, shape), objectiveDefinition(settings, loss, shape));
}

/** Names a definition, but for the shapes of its parameters and inputs. */
export function objectiveKey(
  { generator, loss }: Pick<ObjectiveSettings, 'generator' | 'loss'>,
  { aligned, spreadPenalty }: ObjectiveShape,
): string {
  const parts: string[] = [generator, loss];
  if (aligned !== undefined) parts.push(`aligned ${aligned}`);
  if (spreadPenalty) parts.push(`spread ${spreadPenalty}`);
  return parts.join(' ');
}

/**
 * What a step of training minimises: the metric loss, and the terms that settings add.
 * @returns a definition on [batch × dimensions], [slots × dimensions], [1/r²]; then, for a loss that asks for negatives, a block
 * of them like the batch; then, with a spread penalty, a relative second moment, [dimensions × dimensions]
 */
export function objectiveDefinition(
  settings: ObjectiveSettings,
  loss: MetricLoss,
  shape: ObjectiveShape,
): TrainingDefinition {
  const { dimensions, slots, aligned } = shape;
  const generator = generatorNamed(settings.generator);
  const batchShape = [settings.batchSize, dimensions];
  return {
    parameters: generator.parameterShapes(dimensions),
    inputs: [
      batchShape,
      [slots, dimensions],
      [1],
      ...(loss.negatives ? [batchShape] : []),
      ...(shape.spreadPenalty ? [[dimensions, dimensions]] : []),
    ],
    optimiser: { ...defaultAdam, learningRate: settings.learningRate },
    loss(ops, parameters, [batch, anchors, scale, ...extra]) {
      const embed = (rows: typeof batch) => generator.embed(ops, parameters, rows);
      const memory = ops.stopGradient(aligned === undefined ? embed(anchors) : anchors);
      const near = (points: typeof batch): LossPoints<typeof batch> => ({
        points,
        nearest: (count) => ops.multiply(distancesToNearest(ops, points, memory, count), scale),
      });
      const embedded = embed(batch);
      const negatives = loss.negatives ? near(embed(extra[0])) : undefined;
      let total = loss(ops, {
        slots,
        memory,
        ...near(embedded),
        distances: () => ops.multiply(allDistances(ops, embedded, memory), scale),
        ...(negatives && { negatives }),
      });
      if (aligned) {
        const global = ops.slice(memory, 0, 0, aligned);
        const pull = ops.mean(ops.multiply(distancesToNearest(ops, embedded, global, 1), scale));
        total = ops.add(total, ops.multiply(pull, alignmentWeight));
      }
      if (shape.spreadPenalty) {
        const spread = spreadPenalty(ops, parameters[0], extra[extra.length - 1]);
        total = ops.add(total, ops.multiply(spread, shape.spreadPenalty));
      }
      return total;
    },
  };
}

/** The shape of a round's objective: which terms there are. */
export function objectiveShape(
  { generator, spreadPenalty = 0 }: TrainingSettings,
  dimensions: number,
  slots: { readonly global: number; readonly local: number },
  embeddedSlots: boolean,
): ObjectiveShape {
  return {
    dimensions,
    slots: slots.global + slots.local,
    ...(embeddedSlots && { aligned: slots.global }),
    ...(spreadPenalty !== 0 && generator === 'linear' && { spreadPenalty }),
  };
}

/** Finds the nearest slots without gradient, then measures the distances to them with gradient. */
function distancesToNearest<V extends Value>(ops: Ops<V>, embedded: V, memory: V, count: number): V {
  const { indices } = nearestCentres(ops, ops.stopGradient(embedded), memory, count);
  const slots = ops.gatherRows(memory, indices);
  const [rows, dimensions] = embedded.shape;
  const differences = ops.subtract(ops.reshape(embedded, [rows, 1, dimensions]), slots);
  return ops.sum(ops.square(differences), [2]);
}

/** By a matrix product: differences to all slots would be too many to hold. */
function allDistances<V extends Value>(ops: Ops<V>, embedded: V, memory: V): V {
  return ops.add(relativeDistances(ops, embedded, memory), ops.sum(ops.square(embedded), [1], true));
}
