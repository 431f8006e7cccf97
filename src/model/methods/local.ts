import { readMatrix, type TensorMap } from '../../base/tensor.js';
import { emptyBank } from '../../memory/memory-bank.js';
import { encodeBank } from '../../memory/wire.js';
import { alignments } from '../alignment/alignment.js';
import { combineMoments, momentSums } from '../alignment/moments.js';
import { encodeSpace, sharedSpace, standardisedOuterProducts } from '../alignment/shared-space.js';
import { encodeDetector } from '../score/detector.js';
import { projectionOf } from './alignment-steps.js';
import { embeddingCost, matmulCost, ownBankCost, patchCounts } from './costs.js';
import { spaceDimensions, trainingCost } from './costs.js';
import { buildDetector, decodeTraining, encodeTraining, initialiseLearner, trainRound } from './learner.js';
import { inspectAcknowledgement } from './inspections.js';
import { updateCost } from './memory-costs.js';
import {
  finishingStep,
  roundSteps,
  withLocal,
  type ClientContext,
  type ClientStep,
  type LocalEntries,
  type Method,
} from './method.js';
import { alignPatches, samplePatches } from './patches.js';
import { memoryExchange, trainingAlone } from './unread-settings.js';

/** No exchange: the same learner as FedDyMem, with its own space, its own slots and its own calibration. */

const initialise: ClientStep = async (context) => ({ local: (await prepared(context)).fresh });

/** Own space and first bank: as they are, or made now. */
async function prepared(given: ClientContext): Promise<{ context: ClientContext; fresh: LocalEntries }> {
  if (given.hasLocal('bank')) return { context: given, fresh: {} };
  const context = { ...given, random: given.inStep('initialise') };
  const fresh = await firstLearner(context, await samplePatches(context));
  return { context: withLocal(given, fresh), fresh };
}

/**
 * Of patches and calibration patches as they are sampled: their own space, and a first bank in it.
 * @param source whose patches they are, for errors
 */
export async function firstLearner(
  context: ClientContext,
  sampled: { readonly patches: TensorMap; readonly calibration: TensorMap },
  source = `client ${context.client}`,
): Promise<LocalEntries> {
  const features = readMatrix(sampled.patches, 'features');
  const moments = combineMoments([momentSums(features, source)], source);
  const needed = alignments[context.settings.alignment].needsSecondMoment;
  const products = needed ? await standardisedOuterProducts(context.engine, moments, features) : null;
  const secondMoment = products?.map((value) => value / features.rows) ?? null;
  const projection = projectionOf(context.settings, moments, secondMoment, context.random('projection'));
  const space = sharedSpace(moments, projection);
  const aligned = await alignPatches(
    { ...context, local: (name) => sampled[name as keyof typeof sampled] },
    space,
  );
  const learner = await initialiseLearner(context, readMatrix(aligned, 'training'));
  return { ...learner, aligned, space: encodeSpace(space) };
}

const train: ClientStep = async (given) => {
  const { context, fresh } = await prepared(given);
  const dimensions = readMatrix(context.local('aligned'), 'training').columns;
  const { bank, state, figures } = await trainRound(
    context,
    decodeTraining(context.local('generator')),
    emptyBank(dimensions),
  );
  return {
    local: { ...fresh, bank: encodeBank(bank, 'f32'), generator: encodeTraining(state) },
    figures,
  };
};

const finish: ClientStep = async (given) => {
  const { context, fresh } = await prepared(given);
  const { parameters } = decodeTraining(context.local('generator'));
  const dimensions = readMatrix(context.local('aligned'), 'training').columns;
  const detector = await buildDetector(
    { ...context, settings: { ...context.settings, anchors: 'local' } },
    parameters,
    emptyBank(dimensions),
    null,
  );
  return { local: { ...fresh, detector: encodeDetector(detector) } };
};

export const local: Method = {
  name: 'local',
  steps: (settings) => [...roundSteps(settings), finishingStep('finish', settings)],
  client: { initialise, train, finish },
  server: {},
  inspect: {
    initialise: inspectAcknowledgement,
    train: inspectAcknowledgement,
    finish: inspectAcknowledgement,
  },
  unread: {
    initialise: { client: [...memoryExchange, ...trainingAlone, 'anchors'] },
    train: { client: [...memoryExchange, 'anchors'] },
    finish: { client: memoryExchange },
  },
  cost(name, role, sizes, settings) {
    if (role === 'server') return 0;
    const { training, calibration } = patchCounts(sizes, settings);
    const d = spaceDimensions(sizes, settings);
    const first = ownBankCost(sizes, settings);
    if (name === 'initialise') return first;
    const catchingUp = sizes.has('bank') ? 0 : first;
    if (name === 'finish') return catchingUp + matmulCost(calibration, d, settings.memory.local);
    return (
      catchingUp +
      trainingCost(settings, { local: settings.memory.local, global: 0 }, d) +
      embeddingCost(settings.training.generator, training, d) +
      updateCost(sizes, settings)
    );
  },
};
