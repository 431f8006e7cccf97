import type { Learner } from '../learners/learner.js';
import { encodeBlocks } from './blocks.js';
import { ownDirectionsCost, projectionCost } from './costs.js';
import { inspectAcknowledgement } from './inspections.js';
import { finishingStep, roundSteps, withLocal } from './method.js';
import type { ClientContext, ClientStep, LocalEntries, Method } from './method.js';
import { enterOwnSpace } from './own-space.js';
import { constantSums, currentParameters, entered, finishStep, knownConstant } from './parameter-client.js';
import { settingsFor } from './parameter-client.js';
import { clientCost } from './parameter-method.js';
import { constantOf } from './parameter-server.js';

/**
 * The learner of a parameter-sharing method without any exchange: every client is a federation of one. It ends with the
 * detector that FedAvg of this one client would give it, bit for bit (but for alignment `orthogonal`, which is drawn).
 */
export function localMethod(learner: Learner): Method {
  const enter = (context: ClientContext) => enterAlone(learner, context);
  const initialise: ClientStep = async (given) => ({ local: (await entered(learner, given, enter)).fresh });
  const train: ClientStep = async (given) => {
    const { context, fresh } = await entered(learner, given, enter);
    const start = currentParameters(learner, context);
    const trained = await learner.train(context, start, knownConstant(learner, context));
    const model = encodeBlocks(trained.parameters, 'parameter');
    return { local: { ...fresh, ...trained.local, model }, figures: trained.figures };
  };
  return {
    name: `local-${learner.name}`,
    steps: (settings) => [...roundSteps(settings), finishingStep('finish', settings)],
    client: { initialise, train, finish: finishStep(learner, enter) },
    server: {},
    inspect: {
      initialise: inspectAcknowledgement,
      train: inspectAcknowledgement,
      finish: inspectAcknowledgement,
    },
    cost(name, role, sizes, given) {
      if (role === 'server') return 0;
      const settings = settingsFor(learner, given);
      const space = ownDirectionsCost(sizes, settings) + projectionCost(sizes, settings);
      return clientCost(learner, name, sizes, settings, space);
    },
  };
}

/** An own space, and the constant of the client's own patches. */
async function enterAlone(learner: Learner, context: ClientContext): Promise<LocalEntries> {
  const space = await enterOwnSpace(context);
  if (!learner.constant) return space;
  const message = await constantSums(learner.constant, learner, withLocal(context, space));
  const constant = constantOf(learner.constant, [{ client: context.client, message, weight: 1 }]);
  return { ...space, constant };
}
