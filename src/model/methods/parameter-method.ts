import { runFailed } from '../../base/errors.js';
import { sizeOf } from '../engine/shapes.js';
import type { Learner } from '../learners/learner.js';
import type { Aggregator, LocalRound } from './aggregators/aggregator.js';
import { extendedDefinition } from './aggregators/extended-training.js';
import {
  alignmentSteps,
  alignmentUnread,
  combineMomentSums,
  combineSecondMoments,
  sendMoments,
  sendSecondMoments,
} from './alignment-steps.js';
import { projectionCost, spaceDimensions } from './costs.js';
import { feddymem } from './feddymem.js';
import { inspectAcknowledgement, inspectMoments, inspectSecondMoments } from './inspections.js';
import { finishingStep, roundSteps, type ClientStep, type Method, type StepSizes } from './method.js';
import { finishStep, initialiseStep, settingsFor, trainStep } from './parameter-client.js';
import { inspectBlocks, inspectSums } from './parameter-inspections.js';
import { averageStep, combineConstant } from './parameter-server.js';
import type { MethodSettings } from './settings.js';
import { stepOperations, type NamedStep } from './step-operations.js';

type InspectUpload = Method['inspect'][string];

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
  /** What a client samples depends on whether its learner calibrates. */
  const asMeant =
    (check: InspectUpload): InspectUpload =>
    (message, inspection) => {
      check(message, { ...inspection, settings: settingsFor(learner, inspection.settings) });
    };
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
      moments: asMeant(inspectMoments),
      covariance: asMeant(inspectSecondMoments),
      initialise: constant
        ? asMeant((message, inspection) => {
            inspectSums(message, inspection, constant);
          })
        : inspectAcknowledgement,
      train: asMeant((message, inspection) => {
        inspectBlocks(message, inspection, learner, aggregator.uploads);
      }),
      finish: inspectAcknowledgement,
    },
    unread: alignmentUnread,
    cost(name, role, sizes, given) {
      const settings = settingsFor(learner, given);
      if (name === 'moments' || name === 'covariance') return feddymem.cost(name, role, sizes, settings);
      if (role === 'server') return 0;
      return clientCost(learner, name, sizes, settings, projectionCost(sizes, settings), aggregator);
    },
  };
}

/** An exchange's cost, and what it takes a client that first has to catch up. */
export function clientCost(
  learner: Learner,
  name: string,
  sizes: StepSizes,
  settings: MethodSettings,
  spaceCost: number,
  aggregator?: Aggregator,
): number {
  const first = spaceCost + learner.cost('initialise', sizes, settings);
  if (name === 'initialise') return first;
  const trains = name === 'train';
  const own = learner.cost(trains ? 'train' : 'finish', sizes, settings);
  const training = trains ? learningCost(learner, sizes, settings, aggregator) : 0;
  return own + training + (sizes.has('space') ? 0 : first);
}

/** All steps of a round's training, with what the aggregator adds to each. */
function learningCost(
  learner: Learner,
  sizes: StepSizes,
  settings: MethodSettings,
  aggregator?: Aggregator,
): number {
  const step = learner.step(sizes, settings);
  if (step === null) return 0;
  const { rival, training } = settings;
  const extended: NamedStep = {
    key: `${step.key} ${aggregator?.name ?? 'alone'} ${JSON.stringify(rival)}`,
    define() {
      const extension = aggregator?.extend?.(firstRound(learner, sizes, settings)) ?? null;
      return extension ? extendedDefinition(step.define(), extension) : step.define();
    },
  };
  return training.steps * stepOperations(extended);
}

/** As a client meets it that has nothing yet: what an extension is made of does not depend on the numbers. */
function firstRound(learner: Learner, sizes: StepSizes, settings: MethodSettings): LocalRound {
  const shapes = learner.parameterShapes(spaceDimensions(sizes, settings), settings);
  return {
    learner,
    shapes,
    global: shapes.map((shape) => new Float32Array(sizeOf(shape))),
    context: {
      settings,
      received: null,
      hasLocal: () => false,
      local: (name) => {
        throw runFailed(`a client's first round has nothing called ${name}`);
      },
    },
  };
}
