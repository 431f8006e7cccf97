import {
  gatherRows,
  readFloat32,
  readFloat64,
  readMatrix,
  type Matrix,
  type TensorMap,
  vectorTensor,
} from '../../base/tensor.js';
import { sampleIndices } from '../../base/random.js';
import {
  calibrationOf,
  distanceStatistics,
  stretched,
  sumOfDistances,
  type Calibration,
} from '../../memory/calibration.js';
import { dynamicUpdates } from '../../memory/dynamic-update.js';
import { concatenateBanks, emptyBank, type MemoryBank } from '../../memory/memory-bank.js';
import { decodeBank, encodeBank } from '../../memory/wire.js';
import { decodeSpace } from '../alignment/shared-space.js';
import { initialTrainingState, type TrainingState } from '../engine/engine.js';
import { embedRows } from '../generator/embed.js';
import { generatorNamed } from '../generator/own-generator.js';
import { trainGenerator } from '../loss/training.js';
import type { MemoryDetector } from '../score/memory-detector.js';
import { enterSpace } from './alignment-steps.js';
import { embedPatches, embedSlots, followBatches, updatedBank } from './client-bank.js';
import { withLocal, type ClientContext, type LocalEntries } from './method.js';
import { alignedPatches } from './patches.js';

/** Patches over which the radius of the metric loss is measured. */
const radiusPatches = 5000;

/** A squared radius is at least this share of the patches' mean square: float32 leaves less of distances that are zero. */
const roundingShare = 1e-6;

/** The first bank: patches clustered where slots live. Local entries `bank`, `generator` and `radius`. */
export async function initialiseLearner(
  context: ClientContext,
  given: Matrix,
): Promise<Record<string, TensorMap>> {
  const { engine, settings, distances } = context;
  const { generator } = settings.training;
  const parameters = generatorNamed(generator).initialise(given.columns, context.common('generator'));
  const points =
    settings.space === 'embedding' ? await embedRows(engine, generator, parameters, given) : given;
  const bank = await dynamicUpdates.rebuild(
    { points, embedded: points, previous: emptyBank(points.columns), slots: settings.memory.local },
    context.random('bank'),
    distances,
  );
  const sample = gatherRows(points, sampleIndices(context.random('radius'), points.rows, radiusPatches));
  const { squared } = await distances.nearest(sample, bank.vectors, 1);
  const radius = squared.reduce((sum, square) => sum + square, 0) / squared.length;
  const squares = sample.data.reduce((sum, value) => sum + value * value, 0) / sample.rows;
  return {
    bank: encodeBank(bank, 'f32'),
    generator: encodeTraining(initialTrainingState(parameters)),
    // All patches on their slots: any scale will do, but not zero, nor what rounding leaves of it.
    radius: { squared: vectorTensor(Float64Array.of(radius > roundingShare * squares ? radius : 1)) },
  };
}

/**
 * A client with a space, patches in it and a first bank: as it is, or made now, for a client that meets the federation
 * later than others.
 * @returns the context to go on with, and the local entries that are new
 */
export async function prepared(
  context: ClientContext,
): Promise<{ readonly context: ClientContext; readonly fresh: LocalEntries }> {
  if (context.hasLocal('bank')) return { context, fresh: {} };
  const own = { ...context, random: context.inStep('initialise') };
  const entered = await enterSpace(own);
  const learner = await initialiseLearner(own, readMatrix(entered.aligned, 'training'));
  const fresh = { ...entered, ...learner };
  return { context: withLocal(context, fresh), fresh };
}

export interface RoundOutcome {
  readonly bank: MemoryBank;
  readonly state: TrainingState;
  /** The mean loss, where something was trained. */
  readonly figures: Readonly<Record<string, number>>;
}

/** A round of local training and the update of the bank that follows it. */
export async function trainRound(
  context: ClientContext,
  start: TrainingState,
  global: MemoryBank,
): Promise<RoundOutcome> {
  const { engine, settings } = context;
  const { training: points } = alignedPatches(context);
  const { state, loss, local } = await trainGenerator(
    engine,
    settings.training,
    {
      points,
      local: localBank(context, points.columns),
      global,
      squaredRadius: readFloat64(context.local('radius'), 'squared')[0],
      embeddedSlots: settings.space === 'embedding',
      ...(settings.update === 'ema' && { follow: followBatches(context) }),
    },
    start,
    context.random('training'),
  );
  const bank = await updatedBank(context, state.parameters, local);
  return { bank, state, figures: loss === null ? {} : { loss } };
}

export function localBank(context: ClientContext, dimensions: number): MemoryBank {
  return decodeBank(context.local('bank'), dimensions, `client ${context.client}`);
}

/**
 * The detector of a trained client: its own and the global slots after its generator. Global calibration comes from
 * everybody's distances in the shared space, stretched as this client's generator stretches distances; own slots are
 * calibrated by the client's own patches.
 * @param globalCalibration null: own patches calibrate all slots
 */
export async function buildDetector(
  context: ClientContext,
  parameters: readonly Float32Array[],
  global: MemoryBank,
  globalCalibration: Calibration | null,
): Promise<MemoryDetector> {
  const { settings, distances } = context;
  const generator = settings.training.generator;
  const { calibration: points, training } = alignedPatches(context);
  const local = localBank(context, training.columns);
  const used = settings.anchors;
  const shared = used === 'local' ? emptyBank(training.columns) : global;
  const own = used === 'global' && global.weights.length > 0 ? emptyBank(training.columns) : local;
  const slots = concatenateBanks([shared, own], training.columns);
  const anchors = await embedSlots(context, parameters, slots.vectors);
  const space = decodeSpace(context.local('space'));
  const base = { space, generator, parameters, anchors };
  if (settings.calibration === 'none') return { ...base, calibration: null };

  const embedded = await embedPatches(context, parameters, points);
  const nearest = await distances.nearest(embedded, anchors, 1);
  const ownCalibration = calibrationOf(
    distanceStatistics(nearest.indices, nearest.squared, slots.weights.length),
  );
  if (!globalCalibration || shared.weights.length === 0) return { ...base, calibration: ownCalibration };
  // Of embeddings, everybody's distances were measured after the generators.
  const stretch =
    settings.space === 'embedding' ? 1 : await stretchOf(context, points, embedded, shared, anchors);
  const rescaled = stretched(globalCalibration, stretch);
  const merge = (pick: (calibration: Calibration) => Float64Array) =>
    pick(ownCalibration).map((value, slot) => (slot < shared.weights.length ? pick(rescaled)[slot] : value));
  return { ...base, calibration: { means: merge((c) => c.means), deviations: merge((c) => c.deviations) } };
}

/** Σ distances after the generator over Σ distances before it, from calibration patches to the global memory. */
async function stretchOf(
  { distances }: ClientContext,
  points: Matrix,
  embedded: Matrix,
  shared: MemoryBank,
  anchors: Matrix,
): Promise<number> {
  const sharedAnchors = {
    ...anchors,
    rows: shared.weights.length,
    data: anchors.data.subarray(0, shared.vectors.data.length),
  };
  const before = sumOfDistances((await distances.nearest(points, shared.vectors, 1)).squared);
  const after = sumOfDistances((await distances.nearest(embedded, sharedAnchors, 1)).squared);
  return before > 0 && after > 0 ? after / before : 1;
}

/** Generator parameters with the optimiser's moments, as a local entry. */
export function encodeTraining(state: TrainingState): TensorMap {
  const named = (name: string, blocks: readonly Float32Array[]) =>
    Object.fromEntries(blocks.map((block, index) => [`${name}.${index}`, vectorTensor(block)]));
  return {
    ...named('parameter', state.parameters),
    ...named('first', state.firstMoments),
    ...named('second', state.secondMoments),
    step: vectorTensor(Int32Array.of(state.step)),
  };
}

export function decodeTraining(tensors: TensorMap): TrainingState {
  const blocks = (name: string) => {
    const found: Float32Array[] = [];
    while (Object.hasOwn(tensors, `${name}.${found.length}`))
      found.push(readFloat32(tensors, `${name}.${found.length}`));
    return found;
  };
  return {
    parameters: blocks('parameter'),
    firstMoments: blocks('first'),
    secondMoments: blocks('second'),
    step: tensors.step.data[0],
  };
}
