import type { Ops, Value } from '../engine/ops.js';
import { dense, heNormal, identity, leakyRelu } from './layers.js';
import type { Network } from './network.js';
import { unitScale } from './unit-scale.js';

/** How far from 0 a verdict has to be to cost nothing: th⁺ = −th⁻ = 0.5 in the paper. */
const margin = 0.5;

/**
 * SimpleNet (Liu, Zhou, Xu, Wang: SimpleNet: A Simple Network for Image Anomaly Detection and Localization. CVPR 2023).
 * An adaptor makes features of patches; a discriminator learns to tell them from the same features under Gaussian noise.
 * A patch's score is the discriminator's verdict.
 *
 * Departures: the adaptor starts as the identity, since a federated round has few steps; the discriminator has no batch
 * normalisation, whose statistics clients could not average; patches have unit root mean square, so that one noise
 * suits every space; one learning rate and Adam for both parts; no weight decay.
 */
export const simplenet: Network = {
  parameterShapes: (dimensions, { hidden }) => [
    [dimensions, dimensions],
    [dimensions],
    [dimensions, hidden],
    [hidden],
    [hidden, 1],
  ],
  initialise: (dimensions, { hidden }, random) => [
    identity(dimensions),
    new Float32Array(dimensions),
    heNormal(dimensions, hidden, random),
    new Float32Array(hidden),
    heNormal(hidden, 1, random),
  ],
  constant: unitScale,
  needsNoise: true,
  embedding: { of: adapted },
  loss(ops, parameters, { patches, constant, noise }, settings) {
    const normal = adapted(ops, parameters, patches, constant);
    const anomalous = ops.add(normal, ops.multiply(noise, settings.noise));
    const lacking = ops.mean(ops.relu(ops.add(anomaly(ops, parameters, normal), margin)));
    const missed = ops.add(ops.multiply(anomaly(ops, parameters, anomalous), -1), margin);
    return ops.add(lacking, ops.mean(ops.relu(missed)));
  },
  score: (ops, parameters, scale, patches) =>
    anomaly(ops, parameters, adapted(ops, parameters, patches, scale)),
};

/** The adaptor's features, [n × dimensions]. */
function adapted<V extends Value>(ops: Ops<V>, [weight, bias]: readonly V[], patches: V, scale: V): V {
  return dense(ops, ops.multiply(patches, scale), weight, bias);
}

/** The discriminator, its sign turned: above 0 for what it takes for noise. [n × dimensions] → [n] */
function anomaly<V extends Value>(ops: Ops<V>, parameters: readonly V[], features: V): V {
  const [, , weight, bias, last] = parameters;
  const verdict = dense(ops, leakyRelu(ops, dense(ops, features, weight, bias)), last);
  return ops.reshape(verdict, [features.shape[0]]);
}
