import { decodeSpace } from '../alignment/shared-space.js';
import { patchCounts, spaceDimensions } from '../methods/costs.js';
import { alignedPatches } from '../methods/patches.js';
import { mapRows } from '../routines/rows.js';
import type { Learner, Trained } from './learner.js';
import type { Network } from './network.js';
import { networks, type NetworkName } from './networks.js';
import { trainingDefinition, trainNetwork } from './network-training.js';

/**
 * A network as a learner: it has no bank, keeps nothing but its parameters, and its scores are its own. Calibration
 * means nothing to it, so no images are set aside: it trains on all.
 */
export function networkLearner(name: NetworkName): Learner {
  const network: Network = networks[name];
  const { constant, embedding } = network;
  return {
    name,
    calibrates: false,
    parameterShapes: (dimensions, { rival }) => network.parameterShapes(dimensions, rival),
    initialParameters: (dimensions, { settings, common }) =>
      network.initialise(dimensions, settings.rival, common(name)),
    begin: () => Promise.resolve({}),

    constant: {
      length: (dimensions, { rival }) => constant.length(dimensions, rival),
      async sums({ engine, settings: { rival } }, points, parameters) {
        const shapes = network.parameterShapes(points.columns, rival);
        const length = constant.length(points.columns, rival);
        const measured = await mapRows(engine, points, {
          key: `constant of ${name}`,
          columns: length,
          shared: parameters.map((data, index) => ({ shape: shapes[index], data })),
          define: (ops, rows, shared) => constant.measure(ops, shared, rows),
        });
        const sums = new Float64Array(length);
        measured.data.forEach((value, at) => (sums[at % length] += value));
        return sums;
      },
      fromMean: (mean) => constant.fromMean(mean),
    },

    async train(context, start, shared) {
      const { parameters, loss } = await trainNetwork(
        context.engine,
        name,
        context.settings,
        alignedPatches(context).training,
        start,
        shared,
        context.random('training'),
      );
      const figures: Trained['figures'] = loss === null ? {} : { loss };
      return { parameters, local: {}, figures };
    },

    ...(embedding && {
      embedding: {
        of: (ops, parameters, [patches, shared]) => embedding.of(ops, parameters, patches, shared),
      },
    }),

    step(sizes, settings) {
      const d = spaceDimensions(sizes, settings);
      const { rival, training } = settings;
      return {
        key: `${name} ${JSON.stringify(rival)} ${training.batchSize} ${d}`,
        define: () => trainingDefinition(network, settings, d),
      };
    },

    finish(context, parameters, shared) {
      const space = decodeSpace(context.local('space'));
      const shapes = network.parameterShapes(space.offset.length, context.settings.rival);
      return Promise.resolve({
        local: {},
        detector: {
          space,
          network: name,
          parameters: parameters.map((data, index) => ({ shape: shapes[index], data })),
          constant: shared,
        },
      });
    },

    cost(step, sizes, settings) {
      if (step !== 'initialise') return 0;
      const products = constant.products(spaceDimensions(sizes, settings), settings.rival);
      return 2 * products * patchCounts(sizes, settings).training;
    },
  };
}
