import type { Ops, Value } from '../engine/ops.js';
import { dense, heNormal, leakyRelu } from './layers.js';
import type { Network } from './network.js';

/** Entries of the centre nearer to 0 than this share of its root mean square are pushed out to it. */
const leastShare = 0.1;

/**
 * Deep SVDD, one-class (Ruff et al.: Deep One-Class Classification. ICML 2018), on patches: a network without biases,
 * whose outputs are drawn to a fixed centre. A patch's score is its squared distance to the centre.
 *
 * The centre is the mean of the initial embeddings, here over all clients: it travels once, before the first round.
 * Entries near 0 could be reached by zero weights, so they are kept away from it; the paper's code by 0.1, ours by a
 * share of the centre, since our spaces differ in scale. Departures: no pretraining as an autoencoder, no weight decay.
 */
export const svdd: Network = {
  parameterShapes: (dimensions, { hidden, bottleneck }) => [
    [dimensions, hidden],
    [hidden, bottleneck],
  ],
  initialise: (dimensions, { hidden, bottleneck }, random) => [
    heNormal(dimensions, hidden, random),
    heNormal(hidden, bottleneck, random),
  ],
  constant: {
    length: (_dimensions, { bottleneck }) => bottleneck,
    measure: embedding,
    products: (dimensions, { hidden, bottleneck }) => dimensions * hidden + hidden * bottleneck,
    fromMean: keptAwayFromZero,
  },
  needsNoise: false,
  loss: (ops, parameters, { patches, constant }) => ops.mean(svdd.score(ops, parameters, constant, patches)),
  score: (ops, parameters, centre, patches) =>
    ops.sum(ops.square(ops.subtract(embedding(ops, parameters, patches), centre)), [1]),
};

/** [n × dimensions] → [n × bottleneck] */
function embedding<V extends Value>(ops: Ops<V>, [first, second]: readonly V[], patches: V): V {
  return dense(ops, leakyRelu(ops, dense(ops, patches, first)), second);
}

function keptAwayFromZero(mean: Float64Array): Float32Array {
  const square = mean.reduce((sum, value) => sum + value * value, 0) / mean.length;
  const least = square > 0 ? leastShare * Math.sqrt(square) : leastShare;
  return Float32Array.from(mean, (value) => {
    if (Math.abs(value) >= least) return value;
    return value < 0 ? -least : least;
  });
}
