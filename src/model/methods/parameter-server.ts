import { runFailed } from '../../base/errors.js';
import { readFloat64, vectorTensor, type TensorMap } from '../../base/tensor.js';
import type { SharedConstant } from '../learners/learner.js';
import type { Aggregator } from './aggregators/aggregator.js';
import { averageBlocks } from './blocks.js';
import type { ServerStep, Upload } from './method.js';

/** Round 0: the constant, from the mean over all patches. It goes along with every later broadcast. */
export function combineConstant(constant: SharedConstant): ServerStep {
  return ({ uploads }) => {
    const tensors = constantOf(constant, uploads);
    return Promise.resolve({ local: { constant: tensors }, message: tensors });
  };
}

export function constantOf(constant: SharedConstant, uploads: readonly Upload[]): TensorMap {
  const mean = new Float64Array(readFloat64(uploads[0].message, 'sums').length);
  let count = 0;
  for (const { message, weight } of uploads) {
    const sums = readFloat64(message, 'sums');
    for (let at = 0; at < mean.length; at++) mean[at] += weight * sums[at];
    count += weight * readFloat64(message, 'count')[0];
  }
  return { constant: vectorTensor(constant.fromMean(mean.map((sum) => sum / count))) };
}

/**
 * Rounds 1 … R: the average of the parameters, and what the aggregator has to say besides. Uploads have blocks
 * `parameter.0`, `parameter.1` … and `patches`, the number of patches behind them (F64).
 * @throws FeddymemError (run-failed) when one has no parameters
 */
export function averageStep(aggregator: Aggregator): ServerStep {
  return (context) => {
    const without = context.uploads.find(({ message }) => !Object.hasOwn(message, 'parameter.0'));
    if (without)
      throw runFailed(
        `the upload of client ${without.client} has no parameters to average`,
        "averageStep averages what encodeBlocks(blocks, 'parameter') makes.",
      );
    const more = aggregator.combine?.(context);
    const message: TensorMap = {
      ...(context.hasLocal('constant') && context.local('constant')),
      ...averageBlocks(context.uploads, 'parameter'),
      ...more?.message,
    };
    return Promise.resolve({ local: more?.local, message });
  };
}
