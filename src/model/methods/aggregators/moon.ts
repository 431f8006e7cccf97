import { invariant } from '../../../base/errors.js';
import type { Ops, Value } from '../../engine/ops.js';
import { decodeBlocks, encodeBlocks } from '../blocks.js';
import type { Aggregator } from './aggregator.js';

/** Keeps the cosine of a zero vector finite. */
const smallest = 1e-12;

/**
 * MOON (Li, He, Song: Model-Contrastive Federated Learning. CVPR 2021): features of the current model are drawn to those
 * of the global one and away from those of the client's own last one,
 * μ · mean −log(exp(s_g/τ) / (exp(s_g/τ) + exp(s_p/τ))), s the cosines. Departures: the learner's own features stand for
 * a projection head's; a client without a last model compares with the global one, which gives no gradient.
 */
export const moon: Aggregator = {
  name: 'moon',
  extend({ context, learner, shapes, global }) {
    const { mu, temperature } = context.settings.rival.moon;
    if (mu === 0) return null;
    const { embedding } = learner;
    invariant(embedding !== undefined, `moon has no features of ${learner.name} to compare`);
    const previous = context.hasLocal('model') ? decodeBlocks(context.local('model'), 'parameter') : global;
    return {
      key: `moon ${mu} ${temperature}`,
      blocks: [...global, ...previous].map((data, index) => ({ shape: shapes[index % shapes.length], data })),
      term(ops, { parameters, inputs, blocks }) {
        const current = embedding.of(ops, parameters, inputs);
        const similarity = (model: typeof blocks) =>
          cosines(ops, current, ops.stopGradient(embedding.of(ops, model, inputs)));
        const toGlobal = similarity(blocks.slice(0, shapes.length));
        const toPrevious = similarity(blocks.slice(shapes.length));
        // −log(a / (a + b)) = log(1 + b/a); cosines keep the exponent small.
        const ratio = ops.exp(ops.multiply(ops.subtract(toPrevious, toGlobal), 1 / temperature));
        return ops.multiply(ops.mean(ops.log(ops.add(ratio, 1))), mu);
      },
    };
  },
  afterTraining: (_round, trained) => ({ local: { model: encodeBlocks(trained, 'parameter') }, message: {} }),
};

/** Of the rows of two matrices, [n]. */
function cosines<V extends Value>(ops: Ops<V>, a: V, b: V): V {
  const products = ops.sum(ops.multiply(a, b), [1]);
  const lengths = ops.multiply(ops.sum(ops.square(a), [1]), ops.sum(ops.square(b), [1]));
  return ops.divide(products, ops.sqrt(ops.add(lengths, smallest)));
}
