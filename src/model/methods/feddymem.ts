import { badInput } from '../../base/errors.js';
import { readFloat32, readFloat64, vectorTensor, type TensorMap } from '../../base/tensor.js';
import { aggregations } from '../../memory/aggregation.js';
import {
  addStatistics,
  calibrationOf,
  distanceStatistics,
  type Calibration,
} from '../../memory/calibration.js';
import { concatenateBanks, withoutSmallSlots, type MemoryBank } from '../../memory/memory-bank.js';
import { memoryReducers } from '../../memory/memory-reduce.js';
import { decodeBank, encodeBank } from '../../memory/wire.js';
import { generators } from '../generator/generator.js';
import { encodeDetector } from '../score/detector.js';
import { alignmentSteps, combineMomentSums, combineSecondMoments } from './alignment-steps.js';
import {
  dimensionsOf,
  enterSpace,
  receivedSpace,
  sendMoments,
  sendSecondMoments,
} from './alignment-steps.js';
import { clusteringCost, matmulCost, patchCounts, spaceDimensions, trainingCost } from './costs.js';
import { buildDetector, decodeTraining, encodeTraining, initialiseLearner, trainRound } from './learner.js';
import { roundSteps, step } from './method.js';
import type { ClientContext, ClientStep, Method, ServerStep } from './method.js';
import { alignedPatches } from './patches.js';

/**
 * FedDyMem (arXiv 2502.21012): clients share dynamic memory banks instead of parameters.
 *
 * moments, covariance, align → round 0: first banks → rounds: train, update, reduce, upload; the server clusters all uploads
 * into the global memory → calibrate: distance statistics → finish: every client builds its detector.
 */

/** Client, round 0: cluster, upload the reduced bank. */
const initialise: ClientStep = async (context) => {
  const { training: points } = alignedPatches(context);
  const learner = await initialiseLearner(context, points);
  const bank = decodeBank(learner.bank, points.columns, `client ${context.client}`);
  return { local: learner, message: await reducedUpload(context, bank) };
};

/** Client, rounds 1 … R: train against the global memory, update the bank, upload it reduced. */
const train: ClientStep = async (context) => {
  const global = receivedMemory(context);
  const { bank, state, figures } = await trainRound(
    context,
    decodeTraining(context.local('generator')),
    global,
  );
  return {
    local: { bank: encodeBank(bank, 'f32'), generator: encodeTraining(state) },
    message: await reducedUpload(context, bank),
    figures,
  };
};

/** Client: distances of calibration patches to the final global memory, in the shared space. */
const calibrate: ClientStep = async (context) => {
  const global = receivedMemory(context);
  const { calibration: points } = alignedPatches(context);
  const { indices, squared } = await context.distances.nearest(points, global.vectors, 1);
  const { counts, sums, squares } = distanceStatistics(indices, squared, global.weights.length);
  return {
    local: { memory: context.received! },
    message: { counts: vectorTensor(counts), sums: vectorTensor(sums), squares: vectorTensor(squares) },
  };
};

/** Client: the detector, from the calibration or, where there is none, straight from the global memory. */
const finish: ClientStep = async (context) => {
  const calibrated = context.settings.calibration !== 'none';
  const { training } = alignedPatches(context);
  const memory = calibrated ? context.local('memory') : context.received!;
  const global = decodeBank(memory, training.columns, 'the server');
  const { parameters } = decodeTraining(context.local('generator'));
  const detector = await buildDetector(
    context,
    parameters,
    global,
    calibrated ? decodeCalibration(context.received!) : null,
  );
  return { local: { memory, detector: encodeDetector(detector) } };
};

/** Held-out client: a detector from the last broadcast alone, with an untrained generator. */
const join: ClientStep = (context) => {
  const received = context.received!;
  const space = receivedSpace(context);
  const dimensions = space.offset.length;
  const generator = context.settings.training.generator;
  const global = decodeBank(received, dimensions, 'the server');
  const parameters = generators[generator].initialise(dimensions, context.common('generator'));
  const calibration = Object.hasOwn(received, 'calibration.means')
    ? decodeCalibration({
        means: received['calibration.means'],
        deviations: received['calibration.deviations'],
      })
    : null;
  const detector = { space, generator, parameters, anchors: global.vectors, calibration };
  return Promise.resolve({ local: { detector: encodeDetector(detector) } });
};

/** Server: all uploads become the next global memory. */
const aggregate: ServerStep = async (context) => {
  const dimensions = dimensionsOf(context);
  const uploads = context.uploads.map(({ client, message }) =>
    decodeBank(message, dimensions, `client ${client}`),
  );
  const uploaded = concatenateBanks(uploads, dimensions);
  if (uploaded.weights.length === 0) {
    throw badInput(
      `method.memory.minimumPatches: no slot of any client has ${context.settings.memory.minimumPatches} patches`,
      'Lower it, or give the banks fewer slots (method.memory.local) or more patches (method.patches).',
    );
  }
  const global = await aggregations[context.settings.aggregation](
    uploaded,
    context.settings.memory.global,
    context.random('aggregation'),
    context.distances,
  );
  const memory = encodeBank(global, context.settings.precision);
  return { local: { memory }, message: memory, figures: { slots: global.weights.length } };
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

async function reducedUpload(context: ClientContext, bank: MemoryBank): Promise<TensorMap> {
  const { settings, distances } = context;
  const shareable = withoutSmallSlots(bank, settings.memory.minimumPatches);
  const reduced = await memoryReducers[settings.reduce](
    shareable,
    settings.memory.upload,
    context.random('reduce'),
    distances,
  );
  return encodeBank(reduced, settings.precision);
}

function receivedMemory(context: ClientContext): MemoryBank {
  return decodeBank(context.received!, alignedPatches(context).training.columns, 'the server');
}

function decodeCalibration(tensors: TensorMap): Calibration {
  const numbers = (name: string) => Float64Array.from(readFloat32(tensors, name));
  return { means: numbers('means'), deviations: numbers('deviations') };
}

export const feddymem: Method = {
  name: 'feddymem',
  steps(settings, heldOut) {
    const { rounds, calibration } = settings;
    return [
      ...alignmentSteps(settings),
      ...roundSteps(settings),
      ...(calibration === 'none' ? [] : [step('calibrate', rounds, true)]),
      step('finish', rounds, true),
      ...(heldOut ? [{ name: 'join', round: rounds, audience: 'held-out', finishing: true } as const] : []),
    ];
  },
  client: {
    moments: sendMoments,
    covariance: sendSecondMoments,
    align: enterSpace,
    initialise,
    train,
    calibrate,
    finish,
    join,
  },
  server: {
    moments: combineMomentSums,
    covariance: combineSecondMoments,
    initialise: aggregate,
    train: aggregate,
    calibrate: combineCalibration,
    finish: welcome,
  },
  cost(name, role, sizes, settings) {
    const { training, calibration } = patchCounts(sizes, settings);
    const { memory } = settings;
    const d = spaceDimensions(sizes, settings);
    const rebuild =
      clusteringCost(training, memory.local, d, 4) + clusteringCost(memory.local, memory.upload, d, 6);
    if (role === 'server') {
      const uploaded = sizes.clients * Math.min(memory.upload, memory.local);
      if (name === 'covariance') return 25 * sizes.channels ** 3;
      return name === 'initialise' || name === 'train' ? clusteringCost(uploaded, memory.global, d, 15) : 0;
    }
    switch (name) {
      case 'moments':
        return 4 * training * sizes.channels;
      case 'covariance':
        return matmulCost(sizes.channels, training, sizes.channels);
      case 'align':
        return matmulCost(training + calibration, sizes.channels, d);
      case 'initialise':
        return rebuild;
      case 'train':
        return trainingCost(settings, memory.local + memory.global, d) + matmulCost(training, d, d) + rebuild;
      case 'calibrate':
        return matmulCost(calibration, d, memory.global);
      default:
        return matmulCost(calibration, d, memory.local + memory.global);
    }
  },
};
