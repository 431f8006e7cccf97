import { badInput } from '../../base/errors.js';
import { readFloat32, readFloat64, vectorTensor, type Matrix, type TensorMap } from '../../base/tensor.js';
import {
  addStatistics,
  calibrationOf,
  distanceStatistics,
  type Calibration,
} from '../../memory/calibration.js';
import { totalWeight, withoutWeightless, type MemoryBank } from '../../memory/memory-bank.js';
import { aggregateBanks } from '../../memory/robust.js';
import { decodeBank, encodeBank } from '../../memory/wire.js';
import { generatorNamed } from '../generator/own-generator.js';
import { encodeDetector } from '../score/detector.js';
import {
  alignmentSteps,
  alignmentUnread,
  combineMomentSums,
  combineSecondMoments,
} from './alignment-steps.js';
import { dimensionsOf, receivedSpace, sendMoments, sendSecondMoments } from './alignment-steps.js';
import { embedPatches, embedSlots } from './client-bank.js';
import { clusteringCost, embeddingCost, matmulCost, patchCounts, spaceDimensions } from './costs.js';
import { trainingCost, type TrainingSlots } from './costs.js';
import {
  inspectAcknowledgement,
  inspectMoments,
  inspectSecondMoments,
  inspectStatistics,
} from './inspections.js';
import { buildDetector, decodeTraining, encodeTraining, trainRound } from './learner.js';
import { inspectBank } from './memory-inspections.js';
import { aggregationCost, globalSlots, reduceCost, updateCost, uploadedSlots } from './memory-costs.js';
import { finishingStep, roundSteps } from './method.js';
import type { ClientContext, ClientStep, Method, ServerStep, StepSizes } from './method.js';
import { alignedPatches } from './patches.js';
import { preparedWithMemory, privateMemory, privateMemoryCost } from './private-memory.js';
import type { MethodSettings } from './settings.js';
import { trainingAlone } from './unread-settings.js';
import { acknowledged, reducedUpload, uploadedBank } from './uploads.js';

/**
 * FedDyMem (arXiv 2502.21012): clients share dynamic memory banks instead of parameters.
 *
 * moments, covariance → round 0: shared space, first banks → rounds: train, update, reduce, upload; the server clusters
 * all uploads into the global memory → calibrate: distance statistics → finish: every client builds its detector.
 * A client that is first asked in a later round catches up before that step.
 */

/** Client, round 0: enter the shared space, cluster, upload the reduced bank. */
const initialise: ClientStep = async (given) => {
  const { context, fresh } = await preparedWithMemory(given);
  const { message, local } = await reducedUpload(context, localBank(context));
  return { local: { ...fresh, ...local }, message };
};

/** Client, rounds 1 … R: train against the global memory, update the bank, upload it reduced. */
const train: ClientStep = async (given) => {
  const { context, fresh } = await preparedWithMemory(given);
  const { bank, state, figures } = await trainRound(
    context,
    decodeTraining(context.local('generator')),
    receivedMemory(context),
  );
  const { message, local } = await reducedUpload(context, bank);
  return {
    local: { ...fresh, bank: encodeBank(bank, 'f32'), generator: encodeTraining(state), ...local },
    message,
    figures,
  };
};

/** Client: distances of calibration patches to the final global memory, where its slots live. */
const calibrate: ClientStep = async (given) => {
  const { context, fresh } = await preparedWithMemory(given);
  const global = receivedMemory(context);
  const { parameters } = decodeTraining(context.local('generator'));
  const points = await calibrationPoints(context, parameters);
  const { indices, squared } = await context.distances.nearest(points, global.vectors, 1);
  const { counts, sums, squares } = distanceStatistics(indices, squared, global.weights.length);
  return {
    local: { ...fresh, memory: context.received! },
    message: { counts: vectorTensor(counts), sums: vectorTensor(sums), squares: vectorTensor(squares) },
  };
};

/** Client: the detector, from the calibration or, where there is none, straight from the global memory. */
const finish: ClientStep = async (given) => {
  const { context, fresh } = await preparedWithMemory(given);
  const calibrated = context.settings.calibration !== 'none';
  // Who missed the calibration has no memory to calibrate: its own bank makes its detector.
  const missed = calibrated && !context.hasLocal('memory');
  const { training } = alignedPatches(context);
  const memory = calibrated ? (missed ? context.local('bank') : context.local('memory')) : context.received!;
  const global = decodeBank(memory, training.columns, 'the server');
  const { parameters } = decodeTraining(context.local('generator'));
  const detector = await buildDetector(
    missed ? { ...context, settings: { ...context.settings, anchors: 'local' } } : context,
    parameters,
    global,
    calibrated && !missed ? decodeCalibration(context.received!) : null,
  );
  const own = missed
    ? null
    : await privateMemory(context, await calibrationPoints(context, parameters), localBank(context), global);
  return {
    local: { ...fresh, memory, detector: encodeDetector(own ? { shared: detector, own } : detector) },
  };
};

/** Calibration patches where slots live. */
function calibrationPoints(
  context: ClientContext,
  parameters: readonly Float32Array[],
): Matrix | Promise<Matrix> {
  const { calibration } = alignedPatches(context);
  return context.settings.space === 'embedding'
    ? embedPatches(context, parameters, calibration)
    : calibration;
}

/** Held-out client: a detector from the last broadcast alone, with an untrained generator. */
const join: ClientStep = async (context) => {
  const received = context.received!;
  const space = receivedSpace(context, received);
  const dimensions = space.offset.length;
  const generator = context.settings.training.generator;
  const global = decodeBank(received, dimensions, 'the server');
  const parameters = generatorNamed(generator).initialise(dimensions, context.common('generator'));
  const calibration = Object.hasOwn(received, 'calibration.means')
    ? decodeCalibration({
        means: received['calibration.means'],
        deviations: received['calibration.deviations'],
      })
    : null;
  // Not every generator of a user's own starts as the identity.
  const anchors = await embedSlots(context, parameters, global.vectors);
  const detector = { space, generator, parameters, anchors, calibration };
  return { local: { detector: encodeDetector(detector) } };
};

/** Server: all uploads become the next global memory. A stale upload's slots weigh less. */
const aggregate: ServerStep = async (context) => {
  const dimensions = dimensionsOf(context);
  const { aggregation, robust, memory: sizes, precision, delta } = context.settings;
  const received = context.uploads.map(({ client, message, weight }) => ({
    client,
    message,
    weight,
    bank: uploadedBank(message, dimensions, client, context),
  }));
  const uploads = received.map(({ client, bank, weight }) => {
    return { client, bank: { ...bank, weights: bank.weights.map((patches) => weight * patches) } };
  });
  if (uploads.every(({ bank }) => bank.weights.length === 0)) {
    throw badInput(
      `method.memory.minimumPatches: no slot of any client has ${sizes.minimumPatches} patches`,
      'Lower it, or give the banks fewer slots (method.memory.local) or more patches (method.patches).',
    );
  }
  const { weightIn, weightAfterRobust, limited, ...aggregated } = await aggregateBanks(
    uploads,
    dimensions,
    sizes.global,
    aggregation,
    robust,
    context.random('aggregation'),
    context.distances,
    sizes.start === 'previous' && context.hasLocal('memory')
      ? decodeBank(context.local('memory'), dimensions, 'the server').vectors
      : undefined,
  );
  const memory = withoutWeightless(aggregated.memory);
  const message = encodeBank(memory, precision);
  const { local, receipts } = delta === 'slots' ? acknowledged(received) : { local: {}, receipts: {} };
  const figures = {
    slots: memory.weights.length,
    uploadedWeight: weightIn,
    acceptedWeight: weightAfterRobust,
    memoryWeight: totalWeight(memory),
    limited: limited.length,
  };
  return { local: { memory: message, ...local }, message: { ...message, ...receipts }, figures };
};

/** Server: one calibration from everybody's distance statistics. */
const combineCalibration: ServerStep = (context) => {
  const parts = context.uploads.map(({ message }) => ({
    counts: readFloat64(message, 'counts'),
    sums: readFloat64(message, 'sums'),
    squares: readFloat64(message, 'squares'),
  }));
  const { means, deviations } = calibrationOf(addStatistics(parts, parts[0].counts.length));
  const message = {
    means: vectorTensor(Float32Array.from(means)),
    deviations: vectorTensor(Float32Array.from(deviations)),
  };
  return Promise.resolve({ local: { calibration: message }, message });
};

/** Server: what a station that took no part in training needs. */
const welcome: ServerStep = (context) => {
  const calibration = context.hasLocal('calibration') ? context.local('calibration') : null;
  const message: TensorMap = {
    ...context.local('moments'),
    ...(context.hasLocal('projection') && context.local('projection')),
    ...context.local('memory'),
    ...(calibration && {
      'calibration.means': calibration.means,
      'calibration.deviations': calibration.deviations,
    }),
  };
  return Promise.resolve({ message });
};

function receivedMemory(context: ClientContext): MemoryBank {
  return decodeBank(context.received!, alignedPatches(context).training.columns, 'the server');
}

function localBank(context: ClientContext): MemoryBank {
  const dimensions = alignedPatches(context).training.columns;
  return decodeBank(context.local('bank'), dimensions, `client ${context.client}`);
}

function decodeCalibration(tensors: TensorMap): Calibration {
  const numbers = (name: string) => Float64Array.from(readFloat32(tensors, name));
  return { means: numbers('means'), deviations: numbers('deviations') };
}

/** What only detectors are about. */
const scoring = ['anchors', 'privateMemory'] as const;

/** The global memory has no more slots than were uploaded. */
function trainingSlots(sizes: StepSizes, settings: MethodSettings): TrainingSlots {
  const uploaded = sizes.clients * uploadedSlots(settings);
  return { local: settings.memory.local, global: Math.min(globalSlots(sizes, settings), uploaded) };
}

export const feddymem: Method = {
  name: 'feddymem',
  steps(settings, heldOut) {
    const { rounds, calibration } = settings;
    return [
      ...alignmentSteps(settings),
      ...roundSteps(settings, true),
      ...(calibration === 'none' ? [] : [finishingStep('calibrate', settings, true)]),
      finishingStep('finish', settings),
      ...(heldOut ? [{ name: 'join', round: rounds, audience: 'held-out', finishing: true } as const] : []),
    ];
  },
  client: { moments: sendMoments, covariance: sendSecondMoments, initialise, train, calibrate, finish, join },
  server: {
    moments: combineMomentSums,
    covariance: combineSecondMoments,
    initialise: aggregate,
    train: aggregate,
    calibrate: combineCalibration,
    finish: welcome,
  },
  inspect: {
    moments: inspectMoments,
    covariance: inspectSecondMoments,
    initialise: inspectBank,
    train: inspectBank,
    calibrate: inspectStatistics,
    finish: inspectAcknowledgement,
    join: inspectAcknowledgement,
  },
  unread: {
    ...alignmentUnread,
    initialise: {
      client: [...trainingAlone, 'memory.global', 'aggregation', 'robust', 'anchors'],
      server: [...trainingAlone, ...scoring],
    },
    train: { client: ['memory.global', 'aggregation', 'robust', 'anchors'], server: scoring },
    calibrate: { client: ['anchors'], server: scoring },
    finish: { server: scoring },
    join: { client: scoring },
  },
  cost(name, role, sizes, settings) {
    const { training, calibration } = patchCounts(sizes, settings);
    const { memory } = settings;
    const d = spaceDimensions(sizes, settings);
    const reducing = reduceCost(settings, d);
    const slots = globalSlots(sizes, settings);
    if (role === 'server') {
      if (name === 'covariance') return 25 * sizes.channels ** 3;
      return name === 'initialise' || name === 'train' ? aggregationCost(sizes, settings) : 0;
    }
    const first =
      matmulCost(training + calibration, sizes.channels, d) +
      (clusteringCost(training, memory.local, d, 4) + reducing) +
      privateMemoryCost(sizes, settings);
    const catchingUp = name !== 'initialise' && !sizes.has('bank') ? first : 0;
    switch (name) {
      case 'moments':
        return 4 * training * sizes.channels;
      case 'covariance':
        return matmulCost(sizes.channels, training, sizes.channels);
      case 'initialise':
        return first;
      case 'train':
        return (
          catchingUp +
          trainingCost(settings, trainingSlots(sizes, settings), d) +
          embeddingCost(settings.training.generator, training, d) +
          (updateCost(sizes, settings) + reducing)
        );
      case 'calibrate':
        return catchingUp + matmulCost(calibration, d, slots);
      case 'finish':
        return catchingUp + matmulCost(calibration, d, memory.local + slots);
      default:
        return matmulCost(sizes.patchesPerImage, d, slots);
    }
  },
};
