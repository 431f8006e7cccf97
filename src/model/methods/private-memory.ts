import type { Address } from '../../base/random.js';
import { readMatrix, type Matrix } from '../../base/tensor.js';
import { sumOfDistances } from '../../memory/calibration.js';
import { emptyBank, type MemoryBank } from '../../memory/memory-bank.js';
import { decodeMemoryDetector, encodeMemoryDetector, type MemoryDetector } from '../score/memory-detector.js';
import { matmulCost, ownBankCost, patchCounts, spaceDimensions } from './costs.js';
import { buildDetector, initialiseLearner, prepared } from './learner.js';
import { withLocal, type ClientContext, type StepSizes } from './method.js';
import { enterOwnSpace } from './own-space.js';
import type { MethodSettings } from './settings.js';

/**
 * A client's memory of its own products alone, in a space of its own, calibrated by its own images. It is made once,
 * with the first bank, and nothing of it leaves the client.
 */

/** A client as {@link prepared}, with a private memory where one is wanted: local entry `private`. */
export async function preparedWithMemory(given: ClientContext): ReturnType<typeof prepared> {
  const { context, fresh } = await prepared(given);
  if (!isWanted(context.settings) || context.hasLocal('private')) return { context, fresh };
  const made = { private: encodeMemoryDetector(await makeMemory(given)) };
  return { context: withLocal(context, made), fresh: { ...fresh, ...made } };
}

/**
 * The private memory, for a detector. Null where there is none, and where the federation knows these products better
 * than the client does: where its calibration patches lie nearer to the global memory than to its bank.
 * @param calibration patches as distances are measured to `own` and `global` slots
 */
export async function privateMemory(
  context: ClientContext,
  calibration: Matrix,
  own: MemoryBank,
  global: MemoryBank,
): Promise<MemoryDetector | null> {
  if (!isWanted(context.settings) || (await isNearerTo(global, own, context, calibration))) return null;
  return decodeMemoryDetector(context.local('private'), 'none');
}

function isWanted({ privateMemory: wanted, calibration }: MethodSettings): boolean {
  return wanted !== 'none' && calibration !== 'none';
}

async function makeMemory(given: ClientContext): Promise<MemoryDetector> {
  const start = given.inStep('initialise');
  const { training } = given.settings;
  const settings = {
    ...given.settings,
    anchors: 'local',
    training: { ...training, generator: 'none' },
  } as const;
  const alone = { ...given, settings, random: (...address: Address) => start('private', ...address) };
  const inside = withLocal(alone, await enterOwnSpace(alone));
  const aligned = readMatrix(inside.local('aligned'), 'training');
  const learner = await initialiseLearner(inside, aligned);
  return buildDetector(withLocal(inside, learner), [], emptyBank(aligned.columns), null);
}

/** Floating-point operations that making it takes. */
export function privateMemoryCost(sizes: StepSizes, settings: MethodSettings): number {
  if (!isWanted(settings)) return 0;
  const { calibration } = patchCounts(sizes, settings);
  const judging = matmulCost(calibration, spaceDimensions(sizes, settings), settings.memory.local);
  return ownBankCost(sizes, settings) + judging;
}

/** Whether patches lie nearer to the slots of one bank than to those of another, on average. */
async function isNearerTo(
  bank: MemoryBank,
  other: MemoryBank,
  { distances }: ClientContext,
  patches: Matrix,
): Promise<boolean> {
  const total = async ({ vectors }: MemoryBank) =>
    sumOfDistances((await distances.nearest(patches, vectors, 1)).squared);
  if (bank.weights.length === 0) return false;
  return (await total(bank)) < (await total(other));
}
