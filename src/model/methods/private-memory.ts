import { readMatrix, type Matrix } from '../../base/tensor.js';
import { emptyBank, type MemoryBank } from '../../memory/memory-bank.js';
import { alignments } from '../alignment/alignment.js';
import type { MemoryDetector } from '../score/memory-detector.js';
import { clusteringCost, matmulCost, patchCounts, spaceDimensions } from './costs.js';
import { buildDetector, initialiseLearner } from './learner.js';
import { withLocal, type ClientContext, type StepSizes } from './method.js';
import { enterOwnSpace } from './own-space.js';
import type { MethodSettings } from './settings.js';

/**
 * A client's memory of its own products alone, in a space of its own, calibrated by its own images. Nothing of it leaves
 * the client. Null where it is not wanted, where there are no calibration images, and where the federation knows these
 * products better than the client does: where its calibration patches lie nearer to the global memory than to its bank.
 * @param calibration patches as distances are measured to `own` and `global` slots
 */
export async function privateMemory(
  context: ClientContext,
  calibration: Matrix,
  own: MemoryBank,
  global: MemoryBank,
): Promise<MemoryDetector | null> {
  const { settings } = context;
  if (settings.privateMemory === 'none' || settings.calibration === 'none') return null;
  if (await isNearerTo(global, own, context, calibration)) return null;

  const random = (...address: readonly (string | number)[]) => context.random('private', ...address);
  const untrained = {
    ...settings,
    anchors: 'local',
    training: { ...settings.training, generator: 'none' },
  } as const;
  const alone = { ...context, random, settings: untrained };
  const space = await enterOwnSpace(alone);
  const inside = withLocal(alone, space);
  const learner = await initialiseLearner(inside, readMatrix(inside.local('aligned'), 'training'));
  const dimensions = readMatrix(inside.local('aligned'), 'training').columns;
  return buildDetector(withLocal(inside, learner), [], emptyBank(dimensions), null);
}

/** As if every client made one: who does is not known beforehand. */
export function privateMemoryCost(sizes: StepSizes, settings: MethodSettings): number {
  if (settings.privateMemory === 'none' || settings.calibration === 'none') return 0;
  const { training, calibration } = patchCounts(sizes, settings);
  const { channels } = sizes;
  const d = spaceDimensions(sizes, settings);
  const directions = alignments[settings.alignment].needsSecondMoment
    ? matmulCost(channels, training, channels) + 25 * channels ** 3
    : 0;
  const search = matmulCost(calibration, d, 2 * settings.memory.local + settings.memory.global);
  return (
    directions +
    matmulCost(training + calibration, channels, d) +
    clusteringCost(training, settings.memory.local, d, 4) +
    search
  );
}

/** Whether patches lie nearer to the slots of one bank than to those of another, on average. */
async function isNearerTo(
  bank: MemoryBank,
  other: MemoryBank,
  { distances }: ClientContext,
  patches: Matrix,
): Promise<boolean> {
  const total = async ({ vectors }: MemoryBank) => {
    const { squared } = await distances.nearest(patches, vectors, 1);
    return squared.reduce((sum, square) => sum + Math.sqrt(square), 0);
  };
  if (bank.weights.length === 0) return false;
  return (await total(bank)) < (await total(other));
}
