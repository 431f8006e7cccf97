import { invariant } from '../../base/errors.js';
import { readFloat32, readMatrix, vectorTensor, type TensorMap } from '../../base/tensor.js';
import type { Blocks, Learner, SharedConstant } from '../learners/learner.js';
import { encodeDetector } from '../score/detector.js';
import { enterSpace } from './alignment-steps.js';
import type { Aggregator, LocalRound } from './aggregators/aggregator.js';
import { extendedTraining } from './aggregators/extended-training.js';
import { blockNames, decodeBlocks, encodeBlocks } from './blocks.js';
import { withLocal, type ClientContext, type ClientStep, type LocalEntries } from './method.js';
import { alignedPatches } from './patches.js';
import type { MethodSettings } from './settings.js';

/** Round 0: the client enters its space, and sends what the constant is made of, where the learner has one. */
export function initialiseStep(learner: Learner): ClientStep {
  return async (given) => {
    const { context, fresh } = await entered(learner, given, enterSpace);
    return learner.constant
      ? { local: fresh, message: await constantSums(learner.constant, learner, context) }
      : { local: fresh };
  };
}

/** Rounds 1 … R: train from what was received, and send the parameters. */
export function trainStep(learner: Learner, aggregator: Aggregator): ClientStep {
  return async (given) => {
    const { context, fresh } = await entered(learner, given, enterSpace);
    const { training } = alignedPatches(context);
    const round: LocalRound = {
      context,
      learner,
      shapes: learner.parameterShapes(training.columns, context.settings),
      global: currentParameters(learner, context),
    };
    const extension = aggregator.extend?.(round) ?? null;
    const engine = extension ? extendedTraining(context.engine, extension) : context.engine;
    const constant = knownConstant(learner, context);
    const trained = await learner.train({ ...context, engine }, round.global, constant);
    const more = aggregator.afterTraining?.(round, trained.parameters);
    const message: TensorMap = {
      ...encodeBlocks(trained.parameters, 'parameter'),
      patches: vectorTensor(Float64Array.of(training.rows)),
      ...more?.message,
    };
    return { local: { ...fresh, ...trained.local, ...more?.local }, message, figures: trained.figures };
  };
}

/** After the rounds: the detector, of the parameters received last. */
export function finishStep(learner: Learner, enter: EnterSpace = enterSpace): ClientStep {
  return async (given) => {
    const { context, fresh } = await entered(learner, given, enter);
    const parameters = currentParameters(learner, context);
    const { local, detector } = await learner.finish(context, parameters, knownConstant(learner, context));
    return { local: { ...fresh, ...local, detector: encodeDetector(detector) } };
  };
}

/** How a client comes by its space: local entries `space`, `aligned` and others. */
export type EnterSpace = (context: ClientContext) => Promise<LocalEntries>;

/** The settings as a learner means them: images are set aside only for one that calibrates. */
export function settingsFor({ calibrates }: Pick<Learner, 'calibrates'>, settings: MethodSettings) {
  return calibrates ? settings : { ...settings, calibration: 'none' as const };
}

/** A client with a space and patches in it: as it is, or made now, for one that meets the federation later. */
export async function entered(
  learner: Learner,
  given: ClientContext,
  enter: EnterSpace,
): Promise<{ readonly context: ClientContext; readonly fresh: LocalEntries }> {
  const context = { ...given, settings: settingsFor(learner, given.settings) };
  if (context.hasLocal('space')) return { context, fresh: {} };
  const own = { ...context, random: context.inStep('initialise') };
  const space = await enter(own);
  const inside = withLocal(own, space);
  const begun = await learner.begin(inside, readMatrix(inside.local('aligned'), 'training'));
  const fresh = { ...space, ...begun };
  return { context: withLocal(context, fresh), fresh };
}

/** What a constant is made of: sums over the client's patches, and how many they are. */
export async function constantSums(
  constant: SharedConstant,
  learner: Learner,
  context: ClientContext,
): Promise<TensorMap> {
  const { training } = alignedPatches(context);
  const start = learner.initialParameters(training.columns, context);
  const sums = await constant.sums(context, training, start);
  return { count: vectorTensor(Float64Array.of(training.rows)), sums: vectorTensor(sums) };
}

/** Those received; without any, the client's own last ones; before it has trained, the common start. */
export function currentParameters(learner: Learner, context: ClientContext): Blocks {
  const { received } = context;
  if (received && blockNames(received, 'parameter').length > 0) return decodeBlocks(received, 'parameter');
  if (context.hasLocal('model')) return decodeBlocks(context.local('model'), 'parameter');
  return learner.initialParameters(alignedPatches(context).training.columns, context);
}

/** The constant as received, or as a client that shares nothing has it. Empty where the learner knows none. */
export function knownConstant(
  learner: Learner,
  { received, hasLocal, local, client }: ClientContext,
): Float32Array {
  if (!learner.constant) return new Float32Array(0);
  if (received && Object.hasOwn(received, 'constant')) return readFloat32(received, 'constant');
  invariant(hasLocal('constant'), `client ${client} was not told the constant of ${learner.name}`);
  return readFloat32(local('constant'), 'constant');
}
