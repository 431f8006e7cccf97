import { alignments } from '../alignment/alignment.js';
import type { GeneratorName } from '../generator/generator.js';
import { generatorNamed } from '../generator/own-generator.js';
import { objectiveDefinition, objectiveKey, objectiveShape } from '../loss/objective.js';
import { lossNamed } from '../loss/own-loss.js';
import { nearestCentres } from '../routines/nearest.js';
import { imagesAside } from './images-aside.js';
import type { StepSizes } from './method.js';
import type { MethodSettings } from './settings.js';
import { programOperations, stepOperations, type NamedStep } from './step-operations.js';

/**
 * Floating-point operations of the parts that steps are made of. Training counts every operation of its graph; of the
 * others matrix products count, the rest is small.
 */

/** Training patches and calibration patches of a client. */
export function patchCounts(
  { trainingImages, patchesPerImage }: Pick<StepSizes, 'trainingImages' | 'patchesPerImage'>,
  settings: MethodSettings,
) {
  const aside = imagesAside(trainingImages, settings);
  const available = Math.max(1, trainingImages - aside) * patchesPerImage;
  return { training: Math.min(settings.patches, available), calibration: aside * patchesPerImage };
}

/** Dimensions of the shared space when no channel is dead. */
export function spaceDimensions({ channels }: StepSizes, settings: MethodSettings): number {
  return settings.alignment === 'none' ? channels : Math.min(settings.dimensions, channels);
}

export function matmulCost(rows: number, inner: number, columns: number): number {
  return 2 * rows * inner * columns;
}

/** Seeding compares every point with every centre once; so does each Lloyd step. */
export function clusteringCost(points: number, clusters: number, dimensions: number, steps: number): number {
  return points <= clusters ? 0 : (steps + 1) * matmulCost(points, dimensions, clusters);
}

/** Points wider than this are compared after a projection to as many dimensions (memory/coreset.ts). */
const projectionDimensions = 128;

/** Greedy k-centre: every point is compared with every chosen one. */
export function greedyCost(points: number, chosen: number, dimensions: number): number {
  const projected = Math.min(dimensions, projectionDimensions);
  const projection = dimensions > projected ? matmulCost(points, dimensions, projected) : 0;
  return projection + matmulCost(points, projected, Math.min(points, chosen));
}

/** The directions of a client's own space: its second moments and their eigenvectors, where the alignment asks for any. */
export function ownDirectionsCost(sizes: StepSizes, settings: MethodSettings): number {
  if (!alignments[settings.alignment].needsSecondMoment) return 0;
  const { training } = patchCounts(sizes, settings);
  return matmulCost(sizes.channels, training, sizes.channels) + 25 * sizes.channels ** 3;
}

/** A client's patches into a space. */
export function projectionCost(sizes: StepSizes, settings: MethodSettings): number {
  const { training, calibration } = patchCounts(sizes, settings);
  return matmulCost(training + calibration, sizes.channels, spaceDimensions(sizes, settings));
}

/** A client's own space, and a bank in it. */
export function ownBankCost(sizes: StepSizes, settings: MethodSettings): number {
  const { training } = patchCounts(sizes, settings);
  return (
    ownDirectionsCost(sizes, settings) +
    projectionCost(sizes, settings) +
    clusteringCost(training, settings.memory.local, spaceDimensions(sizes, settings), 4)
  );
}

/** Slots that a client trains against: its own, and those of the global memory. */
export interface TrainingSlots {
  readonly local: number;
  readonly global: number;
}

/** The step of local training of a memory bank; null where nothing is trained. */
export function bankTrainingStep(
  settings: MethodSettings,
  slots: TrainingSlots,
  dimensions: number,
): NamedStep | null {
  const { training, space } = settings;
  const loss = lossNamed(training.loss);
  if (loss === null || generatorNamed(training.generator).parameterShapes(dimensions).length === 0)
    return null;
  const shape = objectiveShape(training, dimensions, slots, space === 'embedding');
  return {
    key: `${objectiveKey(training, shape)} ${training.batchSize} ${shape.slots} ${dimensions}`,
    define: () => objectiveDefinition(training, loss, shape),
  };
}

/** A round's training of a memory bank; with update `ema`, each step's search for its patches' slots too. */
export function trainingCost(settings: MethodSettings, slots: TrainingSlots, dimensions: number): number {
  const step = bankTrainingStep(settings, slots, dimensions);
  if (step === null) return 0;
  return settings.training.steps * (stepOperations(step) + followingCost(settings, slots, dimensions));
}

function followingCost({ update, space, training }: MethodSettings, { local }: TrainingSlots, d: number) {
  if (update !== 'ema') return 0;
  const { generator, batchSize, replay, replayShare } = training;
  const real =
    batchSize - (replay === 'none' || space === 'embedding' ? 0 : Math.round(replayShare * batchSize));
  if (real === 0) return 0;
  const embedded = space === 'embedding' ? real : real + local;
  return embeddingCost(generator, embedded, d) + searchOperations(real, local, d);
}

/** Rows through a generator, which are as much work each. */
export function embeddingCost(name: GeneratorName, rows: number, dimensions: number): number {
  const generator = generatorNamed(name);
  const shapes = generator.parameterShapes(dimensions);
  const of = (count: number) =>
    programOperations(`embed ${name}`, [[count, dimensions], ...shapes], (ops, [points, ...parameters]) => [
      generator.embed(ops, parameters, points),
    ]);
  // Few programs are counted, whatever numbers of rows there are.
  return of(1) + (rows - 1) * (of(2) - of(1));
}

/** The nearest of some centres for every point, with its distance. */
function searchOperations(points: number, centres: number, dimensions: number): number {
  const shapes = [
    [points, dimensions],
    [centres, dimensions],
  ];
  return programOperations('nearest 1', shapes, (ops, [x, c]) => {
    const { indices, squared } = nearestCentres(ops, x, c, 1);
    return [indices, squared];
  });
}
