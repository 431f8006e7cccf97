import type { Ops, Value } from '../engine/ops.js';
import type { RivalSettings } from '../methods/rival-settings.js';
import { dense, heNormal, leakyRelu } from './layers.js';
import type { Network } from './network.js';
import { unitScale } from './unit-scale.js';

/**
 * An autoencoder of patch features with a bottleneck. What it has not learnt to rebuild is anomalous: a patch's score is
 * the squared error, the mean over its dimensions. After DFR (Yang, Shi, Qi: DFR: Deep Feature Reconstruction for
 * Unsupervised Anomaly Segmentation. 2020), which does this with 1×1 convolutions, that is, patch by patch, too.
 *
 * Departures: one hidden layer a side and no batch normalisation; the width of the bottleneck is a setting, not found by
 * a principal component analysis.
 */
export const autoencoder: Network = {
  parameterShapes: (dimensions, settings) =>
    layers(dimensions, settings).flatMap(([rows, columns]) => [[rows, columns], [columns]]),
  initialise: (dimensions, settings, random) =>
    layers(dimensions, settings).flatMap(([rows, columns]) => [
      heNormal(rows, columns, random),
      new Float32Array(columns),
    ]),
  constant: unitScale,
  needsNoise: false,
  loss: (ops, parameters, { patches, constant }) =>
    ops.mean(autoencoder.score(ops, parameters, constant, patches)),
  score(ops, parameters, scale, patches) {
    const scaled = ops.multiply(patches, scale);
    return ops.mean(ops.square(ops.subtract(rebuilt(ops, parameters, scaled), scaled)), [1]);
  },
};

/** Rows and columns of the four weight matrices. A code of more than half the dimensions would be no bottleneck. */
function layers(dimensions: number, { hidden, bottleneck }: RivalSettings): readonly [number, number][] {
  const code = Math.max(1, Math.min(bottleneck, Math.floor(dimensions / 2)));
  return [
    [dimensions, hidden],
    [hidden, code],
    [code, hidden],
    [hidden, dimensions],
  ];
}

/** [n × dimensions] → [n × dimensions]; the code and the output are linear. */
function rebuilt<V extends Value>(ops: Ops<V>, parameters: readonly V[], patches: V): V {
  const [inward, inwardBias, narrow, narrowBias, widen, widenBias, outward, outwardBias] = parameters;
  const code = dense(ops, leakyRelu(ops, dense(ops, patches, inward, inwardBias)), narrow, narrowBias);
  return dense(ops, leakyRelu(ops, dense(ops, code, widen, widenBias)), outward, outwardBias);
}
