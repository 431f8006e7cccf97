import { invariant } from '../../base/errors.js';
import { readFloat32, readFloat64, vectorTensor, type TensorMap } from '../../base/tensor.js';
import { emptyBank } from '../../memory/memory-bank.js';
import { encodeBank } from '../../memory/wire.js';
import { dynamicUpdates } from '../../memory/dynamic-update.js';
import { initialTrainingState } from '../engine/engine.js';
import { embedRows } from '../generator/embed.js';
import { encodeDetector } from '../score/detector.js';
import { alignmentSteps, combineMomentSums, combineSecondMoments } from './alignment-steps.js';
import { sendMoments, sendSecondMoments } from './alignment-steps.js';
import { clusteringCost, matmulCost, patchCounts, spaceDimensions, trainingCost } from './costs.js';
import { feddymem } from './feddymem.js';
import { buildDetector, decodeTraining, encodeTraining, localBank, prepared, trainRound } from './learner.js';
import {
  inspectAcknowledgement,
  inspectMoments,
  inspectParameters,
  inspectSecondMoments,
} from './inspections.js';
import {
  finishingStep,
  roundSteps,
  type ClientContext,
  type ClientStep,
  type Method,
  type ServerStep,
  type Upload,
} from './method.js';
import { alignedPatches } from './patches.js';

/**
 * FedAvg (McMahan et al. 2017) of a CFA head (Lee et al. 2022): clients share the parameters of the generator and keep
 * their banks. The optimiser starts afresh every round, as FedAvg's clients do.
 */

const initialise: ClientStep = async (context) => ({ local: (await prepared(context)).fresh });

const train: ClientStep = async (given) => {
  const { context, fresh } = await prepared(given);
  const { training } = alignedPatches(context);
  const start = initialTrainingState(currentParameters(context));
  const { bank, state, figures } = await trainRound(context, start, emptyBank(training.columns));
  const parameters = state.parameters.map(
    (block, index) => [`parameter.${index}`, vectorTensor(block)] as const,
  );
  return {
    local: { ...fresh, bank: encodeBank(bank, 'f32'), generator: encodeTraining(state) },
    message: { ...Object.fromEntries(parameters), patches: vectorTensor(Float64Array.of(training.rows)) },
    figures,
  };
};

/** The averaged head has moved on since the bank was built: rebuild it, then calibrate on own patches. */
const finish: ClientStep = async (given) => {
  const { context, fresh } = await prepared(given);
  const parameters = currentParameters(context);
  const { settings, engine, distances } = context;
  const { training } = alignedPatches(context);
  const embedded = await embedRows(engine, settings.training.generator, parameters, training);
  const bank = await dynamicUpdates[settings.update](
    {
      points: training,
      embedded,
      previous: localBank(context, training.columns),
      slots: settings.memory.local,
    },
    context.random('bank'),
    distances,
  );
  const encoded = encodeBank(bank, 'f32');
  const detector = await buildDetector(
    {
      ...context,
      settings: { ...settings, anchors: 'local' },
      local: (name) => (name === 'bank' ? encoded : context.local(name)),
    },
    parameters,
    emptyBank(training.columns),
    null,
  );
  return {
    local: {
      ...fresh,
      bank: encoded,
      generator: encodeTraining(initialTrainingState(parameters)),
      detector: encodeDetector(detector),
    },
  };
};

/** Parameters averaged by the patches behind them; stale ones count less. */
const average: ServerStep = (context) => {
  const countOf = ({ message, weight }: Upload) => weight * readFloat64(message, 'patches')[0];
  const total = context.uploads.reduce((sum, upload) => sum + countOf(upload), 0);
  const message: Record<string, TensorMap[string]> = {};
  for (let index = 0; Object.hasOwn(context.uploads[0].message, `parameter.${index}`); index++) {
    const name = `parameter.${index}`;
    const mean = new Float64Array(readFloat32(context.uploads[0].message, name).length);
    for (const upload of context.uploads) {
      const { client } = upload;
      const values = readFloat32(upload.message, name);
      invariant(values.length === mean.length, `${name} of client ${client} has ${values.length} numbers`);
      const share = countOf(upload) / total;
      for (let at = 0; at < mean.length; at++) mean[at] += share * values[at];
    }
    message[name] = vectorTensor(Float32Array.from(mean));
  }
  return Promise.resolve({ message });
};

/** The average just received; before the first one, the common start. */
function currentParameters(context: ClientContext): readonly Float32Array[] {
  const { received } = context;
  const blocks = Object.keys(received ?? {}).filter((name) => name.startsWith('parameter.'));
  if (!received || blocks.length === 0) return decodeTraining(context.local('generator')).parameters;
  return blocks.map((_, index) => readFloat32(received, `parameter.${index}`));
}

export const fedavgCfa: Method = {
  name: 'fedavg-cfa',
  steps: (settings) => [
    ...alignmentSteps(settings),
    ...roundSteps(settings),
    finishingStep('finish', settings),
  ],
  client: { moments: sendMoments, covariance: sendSecondMoments, initialise, train, finish },
  server: { moments: combineMomentSums, covariance: combineSecondMoments, train: average },
  inspect: {
    moments: inspectMoments,
    covariance: inspectSecondMoments,
    initialise: inspectAcknowledgement,
    train: inspectParameters,
    finish: inspectAcknowledgement,
  },
  cost(name, role, sizes, settings) {
    if (name === 'moments' || name === 'covariance') return feddymem.cost(name, role, sizes, settings);
    if (role === 'server') return 0;
    const { training, calibration } = patchCounts(sizes, settings);
    const d = spaceDimensions(sizes, settings);
    const rebuild = clusteringCost(training, settings.memory.local, d, 4);
    const first = matmulCost(training + calibration, sizes.channels, d) + rebuild;
    if (name === 'initialise') return first;
    const catchingUp = sizes.has('bank') ? 0 : first;
    if (name === 'finish') return catchingUp + rebuild + matmulCost(calibration, d, settings.memory.local);
    return (
      catchingUp + trainingCost(settings, settings.memory.local, d) + matmulCost(training, d, d) + rebuild
    );
  },
};
