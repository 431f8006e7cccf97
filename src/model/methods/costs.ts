import { sizeOf } from '../engine/shapes.js';
import { generatorNamed } from '../generator/own-generator.js';
import { lossNamed } from '../loss/own-loss.js';
import type { StepSizes } from './method.js';
import type { MethodSettings } from './settings.js';

/** Floating-point operations of the parts that steps are made of; matrix products count, the rest is small. */

/** Training patches and calibration patches of a client. */
export function patchCounts(
  { trainingImages, patchesPerImage }: Pick<StepSizes, 'trainingImages' | 'patchesPerImage'>,
  settings: MethodSettings,
) {
  const aside =
    settings.calibration === 'none' ? 0 : Math.max(1, Math.round(settings.calibrationShare * trainingImages));
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

/** Forward, search and backward of a round's training; with update `ema`, each step's search for its patches' slots too. */
export function trainingCost(settings: MethodSettings, slots: number, dimensions: number): number {
  const { batchSize, steps, generator } = settings.training;
  const loss = lossNamed(settings.training.loss);
  if (loss === null || generator === 'none') return 0;
  const d = dimensions;
  const rows = loss.negatives ? 2 * batchSize : batchSize;
  const embeddedSlots = settings.space === 'embedding' ? 0 : slots;
  // Every weight takes part in one product for each row.
  const shapes = generatorNamed(generator).parameterShapes(d);
  const weights = shapes.reduce((sum, shape) => sum + (shape.length > 1 ? sizeOf(shape) : 0), 0);
  const forward = 2 * weights * (rows + embeddedSlots);
  const backward = 4 * weights * rows;
  const search = matmulCost(rows, d, slots);
  const local = Math.min(settings.memory.local, slots);
  const following =
    settings.update === 'ema'
      ? 2 * weights * (batchSize + Math.min(local, embeddedSlots)) + matmulCost(batchSize, d, local)
      : 0;
  return steps * (forward + backward + search + following);
}
