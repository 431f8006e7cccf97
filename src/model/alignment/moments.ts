import { badInput } from '../../base/errors.js';
import type { Matrix } from '../../base/tensor.js';

/** Sums over patches, channel by channel: what a client tells of its features. */
export interface MomentSums {
  readonly count: number;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** Mean and deviation of every channel over the federation. */
export interface ChannelMoments {
  readonly means: Float64Array;
  /** 0 marks a dead channel, which takes no part in anything. */
  readonly deviations: Float64Array;
}

/** A channel whose deviation is below this share of the median one is dead. */
const deadShare = 1e-3;

/** @throws FeddymemError (bad-input) naming `source` when a feature is not finite */
export function momentSums(features: Matrix, source: string): MomentSums {
  const { rows, columns, data } = features;
  const sums = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    for (let channel = 0; channel < columns; channel++) {
      const value = data[row * columns + channel];
      sums[channel] += value;
      squares[channel] += value * value;
    }
  }
  if (!squares.every(Number.isFinite)) {
    throw badInput(
      `the features of ${source} hold a number that is not finite`,
      'Look for a broken image or broken backbone weights.',
    );
  }
  return { count: rows, sums, squares };
}

/**
 * Moments over several clients' patches.
 * @throws FeddymemError (bad-input) naming `source` when every channel is dead
 */
export function combineMoments(parts: readonly MomentSums[], source: string): ChannelMoments {
  const channels = parts[0].sums.length;
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const means = new Float64Array(channels);
  const deviations = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (const part of parts) {
      sum += part.sums[channel];
      squares += part.squares[channel];
    }
    means[channel] = sum / count;
    deviations[channel] = Math.sqrt(Math.max(0, squares / count - means[channel] * means[channel]));
  }
  const median = deviations.toSorted()[channels >> 1];
  const alive = (deviation: number) => deviation > 0 && deviation >= deadShare * median;
  // What is not a number is somebody else's finding.
  if (deviations.every((deviation) => !alive(deviation) && !Number.isNaN(deviation))) {
    throw badInput(
      `the features of ${source} are the same in all ${count} sampled patches: no channel tells patches apart`,
      'Look whether the images are blank, raise method.patches if it is 1, or choose another backbone.',
    );
  }
  return { means, deviations: deviations.map((deviation) => (alive(deviation) ? deviation : 0)) };
}

/** Indices of the channels that are not dead. */
export function activeChannels({ deviations }: ChannelMoments): number[] {
  return [...deviations.keys()].filter((channel) => deviations[channel] > 0);
}
