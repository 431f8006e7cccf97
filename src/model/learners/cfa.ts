import { emptyBank } from '../../memory/memory-bank.js';
import { encodeBank } from '../../memory/wire.js';
import { initialTrainingState } from '../engine/engine.js';
import { generatorNamed } from '../generator/own-generator.js';
import { updatedBank } from '../methods/client-bank.js';
import { bankTrainingStep, clusteringCost, embeddingCost, matmulCost } from '../methods/costs.js';
import { patchCounts, spaceDimensions } from '../methods/costs.js';
import { buildDetector, initialiseLearner, localBank, trainRound } from '../methods/learner.js';
import { updateCost } from '../methods/memory-costs.js';
import { withLocal } from '../methods/method.js';
import { alignedPatches } from '../methods/patches.js';
import type { Learner } from './learner.js';

/**
 * CFA (Lee, Lee, Song: CFA: Coupled-Hypersphere-Based Feature Adaptation for Target-Oriented Anomaly Localization. IEEE
 * Access 10, 2022): a head that draws patches to a memory bank, and the distances to that bank. The head is
 * `training.generator`, the loss `training.loss`. The bank stays at home, and is calibrated by the client's own patches.
 *
 * Departures: the head sees single patches of standardised features, by default in the shared space; there is no CoordConv
 * descriptor, which knows where in the image a patch lies. Slots pass through the head as patches do and follow
 * `update`, by default clustered anew every round; the paper's are a moving average over images. The loss pulls to the 3
 * nearest slots within r²/2 and pushes the next 3 out to 0.6 r²; r² is measured on the first bank. The score is the
 * distance to the nearest slot, without the paper's soft minimum over several.
 */
export const cfa: Learner = {
  name: 'cfa',
  calibrates: true,
  parameterShapes: (dimensions, { training }) =>
    generatorNamed(training.generator).parameterShapes(dimensions),
  initialParameters: (dimensions, { settings, common }) =>
    generatorNamed(settings.training.generator).initialise(dimensions, common('generator')),

  async begin(context, points) {
    const { bank, radius } = await initialiseLearner(context, points);
    return { bank, radius };
  },
  constant: null,

  async train(context, start) {
    const { training } = alignedPatches(context);
    const nothingShared = emptyBank(training.columns);
    const { bank, state, figures } = await trainRound(context, initialTrainingState(start), nothingShared);
    return { parameters: state.parameters, local: { bank: encodeBank(bank, 'f32') }, figures };
  },

  step: (sizes, settings) =>
    bankTrainingStep(settings, { local: settings.memory.local, global: 0 }, spaceDimensions(sizes, settings)),

  /** The averaged head has moved on since the bank was built: rebuild it, then calibrate on own patches. */
  async finish(context, parameters) {
    const { settings } = context;
    const { training } = alignedPatches(context);
    const rebuilt = await updatedBank(context, parameters, localBank(context, training.columns));
    const bank = encodeBank(rebuilt, 'f32');
    const nothingShared = emptyBank(training.columns);
    const alone = { ...withLocal(context, { bank }), settings: { ...settings, anchors: 'local' as const } };
    return { local: { bank }, detector: await buildDetector(alone, parameters, nothingShared, null) };
  },

  cost(step, sizes, settings) {
    const { training, calibration } = patchCounts(sizes, settings);
    const d = spaceDimensions(sizes, settings);
    if (step === 'initialise') return clusteringCost(training, settings.memory.local, d, 4);
    const update = updateCost(sizes, settings);
    if (step === 'finish') return update + matmulCost(calibration, d, settings.memory.local);
    return embeddingCost(settings.training.generator, training, d) + update;
  },
};
