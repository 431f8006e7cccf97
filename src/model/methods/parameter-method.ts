import { matmulCost, patchCounts, spaceDimensions } from './costs.js';
import type { Learner } from '../learners/learner.js';
import type { Aggregator } from './aggregators/aggregator.js';
import {
  alignmentSteps,
  alignmentUnread,
  combineMomentSums,
  combineSecondMoments,
  sendMoments,
  sendSecondMoments,
} from './alignment-steps.js';
import { feddymem } from './feddymem.js';
import { inspectAcknowledgement, inspectMoments, inspectSecondMoments } from './inspections.js';
import { finishingStep, roundSteps, type ClientStep, type Method, type StepSizes } from './method.js';
import { finishStep, initialiseStep, settingsFor, trainStep } from './parameter-client.js';
import { inspectBlocks, inspectSums } from './parameter-inspections.js';
import { averageStep, combineConstant } from './parameter-server.js';
import type { MethodSettings } from './settings.js';

/** The client's part of a learner that does not depend on the aggregator: methods that share it share its results. */
export interface LearnerSteps {
  readonly learner: Learner;
  readonly client: Readonly<Record<'moments' | 'covariance' | 'initialise' | 'finish', ClientStep>>;
}

export function learnerSteps(learner: Learner): LearnerSteps {
  const alignment = learner.calibrates ? alignmentBesideCalibration : alignmentOnAll;
  return {
    learner,
    client: { ...alignment, initialise: initialiseStep(learner), finish: finishStep(learner) },
  };
}

const alignmentBesideCalibration = { moments: sendMoments, covariance: sendSecondMoments };
const alignmentOnAll = { moments: onAllImages(sendMoments), covariance: onAllImages(sendSecondMoments) };

function onAllImages(step: ClientStep): ClientStep {
  return (context) => step({ ...context, settings: settingsFor({ calibrates: false }, context.settings) });
}

/**
 * A method whose clients share the parameters of what they train: moments, covariance → initialise: the learner's
 * constant, where it has one → rounds: train, average → finish: every client builds its detector.
 */
export function parameterMethod(aggregator: Aggregator, { learner, client }: LearnerSteps): Method {
  const { constant } = learner;
  return {
    name: `${aggregator.name}-${learner.name}`,
    steps: (settings) => [
      ...alignmentSteps(settings),
      // Nobody can train without the constant.
      ...roundSteps(settings).map((step) =>
        step.name === 'initialise' ? { ...step, essential: constant !== null } : step,
      ),
      finishingStep('finish', settings),
    ],
    client: { ...client, train: trainStep(learner, aggregator) },
    server: {
      moments: combineMomentSums,
      covariance: combineSecondMoments,
      ...(constant && { initialise: combineConstant(constant) }),
      train: averageStep(aggregator),
    },
    inspect: {
      moments: inspectMoments,
      covariance: inspectSecondMoments,
      initialise: constant
        ? (message, inspection) => inspectSums(message, inspection, constant)
        : inspectAcknowledgement,
      train: (message, inspection) => inspectBlocks(message, inspection, learner, aggregator.uploads),
      finish: inspectAcknowledgement,
    },
    unread: alignmentUnread,
    cost(name, role, sizes, given) {
      const settings = settingsFor(learner, given);
      if (name === 'moments' || name === 'covariance') return feddymem.cost(name, role, sizes, settings);
      if (role === 'server') return 0;
      const more = name === 'train' ? (aggregator.cost?.(learner, sizes, settings) ?? 0) : 0;
      return clientCost(learner, name, sizes, settings, projectionCost(sizes, settings)) + more;
    },
  };
}

/** A step's cost, and what it takes a client that first has to catch up. */
export function clientCost(
  learner: Learner,
  name: string,
  sizes: StepSizes,
  settings: MethodSettings,
  spaceCost: number,
): number {
  const first = spaceCost + learner.cost('initialise', sizes, settings);
  if (name === 'initialise') return first;
  const own = learner.cost(name === 'train' ? 'train' : 'finish', sizes, settings);
  return own + (sizes.has('space') ? 0 : first);
}

/** Patches into the shared space. */
export function projectionCost(sizes: StepSizes, settings: MethodSettings): number {
  const { training, calibration } = patchCounts(sizes, settings);
  return matmulCost(training + calibration, sizes.channels, spaceDimensions(sizes, settings));
}
