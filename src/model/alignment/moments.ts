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

/** Shares of the largest channel's root mean square. */
const roundingShare = 1e-6;
const blankShare = 1e-2;

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
  const meanSquares = new Float64Array(channels);
  const deviations = new Float64Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    let squares = 0;
    for (const part of parts) {
      sum += part.sums[channel];
      squares += part.squares[channel];
    }
    means[channel] = sum / count;
    meanSquares[channel] = squares / count;
    deviations[channel] = Math.sqrt(Math.max(0, meanSquares[channel] - means[channel] * means[channel]));
  }
  const longest = parts.reduce((most, part) => Math.max(most, part.count), 0);
  const isDead = deathOf(deviations, meanSquares, longest);
  // What is not a number is somebody else's finding.
  if (deviations.every((deviation) => isDead(deviation) && !Number.isNaN(deviation))) {
    throw badInput(
      `the features of ${source} are the same in all ${count} sampled patches: no channel tells patches apart`,
      'Look whether the images are blank, raise method.patches if it is 1, or choose another backbone.',
    );
  }
  return { means, deviations: deviations.map((deviation) => (isDead(deviation) ? 0 : deviation)) };
}

/**
 * Tells deviations of dead channels: none at all, next to none beside the median, or no more than rounding leaves of
 * numbers as large as the largest channel's. Where even the median is rounding, images are blank, and a mean over all
 * pixels may have left more than that in a few channels: one has to differ visibly.
 * @param longest most patches in one sum
 */
function deathOf(deviations: Float64Array, meanSquares: Float64Array, longest: number) {
  const largest = Math.sqrt(meanSquares.filter(Number.isFinite).reduce((most, x) => Math.max(most, x), 0));
  // Σx² of n equal numbers is off by up to n times its last place.
  const rounding = Math.max(roundingShare, Math.sqrt(longest * Number.EPSILON)) * largest;
  const median = deviations.toSorted()[deviations.length >> 1];
  const visible = blankShare * largest;
  const isBlank = median < rounding && !deviations.some((deviation) => deviation >= visible);
  const least = Math.max(deadShare * median, isBlank ? visible : rounding);
  return (deviation: number) => !(deviation > 0 && deviation >= least);
}

/** Indices of the channels that are not dead. */
export function activeChannels({ deviations }: ChannelMoments): number[] {
  return [...deviations.keys()].filter((channel) => deviations[channel] > 0);
}
