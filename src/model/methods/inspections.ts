import { runFailed } from '../../base/errors.js';
import type { DataType, Tensor, TensorMap } from '../../base/tensor.js';
import { alignments, type Alignment } from '../alignment/alignment.js';
import { activeChannels } from '../alignment/moments.js';
import { decodeMoments } from './alignment-steps.js';
import { patchCounts } from './costs.js';
import type { Inspection } from './method.js';

/** Checks of what clients upload: a server can't trust what it did not compute. Each throws the reason of a refusal. */

/** What rounding in f16 and f32 wire formats makes of a number, at most. */
export const roundingShare = 1e-3;

const largestFloat32 = (2 - 2 ** -23) * 2 ** 127;

export function inspectMoments(message: TensorMap, { settings, sizes }: Inspection): void {
  const count = inspectPatchCount(message, 'count', patchCounts(sizes, settings).training);
  const sums = inspectNumbers(message, 'sums', sizes.channels);
  const squares = inspectNumbers(message, 'squares', sizes.channels);
  for (const name of ['count', 'sums', 'squares']) inspectType(message, name, 'F64');
  for (const [channel, square] of squares.entries()) {
    // Σx² ≥ (Σx)²/n, but for rounding.
    if (square < 0 || sums[channel] ** 2 > count * square * (1 + roundingShare) + roundingShare)
      throw refusal(`sums and squares of channel ${channel} contradict each other`);
  }
}

export function inspectSecondMoments(message: TensorMap, { local, settings, sizes }: Inspection): void {
  const channels = activeChannels(decodeMoments(local('moments'))).length;
  inspectPatchCount(message, 'count', patchCounts(sizes, settings).training);
  inspectType(message, 'count', 'F64');
  const triangle = inspectNumbers(message, 'triangle', (channels * (channels + 1)) / 2);
  inspectType(message, 'triangle', 'F32');
  // Of what is centred afterwards, rounding may leave less than nothing.
  const { centred }: Alignment = alignments[settings.alignment];
  if (centred) return;
  for (let row = 0, at = 0; row < channels; at += channels - row, row++)
    if (triangle[at] < 0) throw refusal(`the sum of squares of active channel ${row} is negative`);
}

/** Distance statistics, one entry a slot of the global memory. */
export function inspectStatistics(message: TensorMap, { local, settings, sizes }: Inspection): void {
  const slots = local('memory').weights.shape[0];
  const counts = inspectNumbers(message, 'counts', slots);
  const sums = inspectNumbers(message, 'sums', slots);
  const squares = inspectNumbers(message, 'squares', slots);
  for (const name of ['counts', 'sums', 'squares']) inspectType(message, name, 'F64');
  for (let slot = 0; slot < slots; slot++) {
    if (counts[slot] < 0 || sums[slot] < 0 || squares[slot] < 0)
      throw refusal(`a statistic of slot ${slot} is negative`);
    if (!Number.isInteger(counts[slot]))
      throw refusal(`it counts ${counts[slot]} patches at slot ${slot}, which is no whole number`);
    if (squares[slot] > counts[slot] * largestFloat32)
      throw refusal(`distances to slot ${slot} are beyond f32`);
    if (sums[slot] ** 2 > counts[slot] * squares[slot] * (1 + roundingShare) + roundingShare)
      throw refusal(`the statistics of slot ${slot} contradict each other`);
  }
  if (settings.calibration === 'none') throw refusal('nobody asked for statistics');
  let counted = 0;
  for (const count of counts) counted += count;
  const { calibration } = patchCounts(sizes, settings);
  if (counted > calibration)
    throw refusal(`its statistics count ${counted} patches, more than the ${calibration} set aside`);
}

/** For steps whose answer is a mere acknowledgement. */
export function inspectAcknowledgement(message: TensorMap): void {
  if (Object.keys(message).length > 0) throw refusal('it holds tensors where none were asked for');
}

/** A number of patches, from 1 to `most`. */
export function inspectPatchCount(message: TensorMap, name: string, most: number): number {
  const [count] = inspectNumbers(message, name, 1);
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw refusal(`it counts ${count} patches, not 1 to ${most}`);
  return count;
}

/** Finite numbers of either float type. @param length how many; null: any */
export function inspectNumbers(
  message: TensorMap,
  name: string,
  length: number | null,
): Float64Array | Float32Array {
  const tensor = (message as Partial<Record<string, Tensor>>)[name];
  if (!tensor) throw refusal(`it has no tensor ${name}`);
  if (tensor.type !== 'F64' && tensor.type !== 'F32')
    throw refusal(`its tensor ${name} has type ${tensor.type}`);
  const data = tensor.data as Float64Array | Float32Array;
  if (length !== null && data.length !== length)
    throw refusal(`its tensor ${name} has ${data.length} numbers, not ${length}`);
  // A loop: a call for each of thousands of parameters would be most of a check's time.
  for (let at = 0; at < data.length; at++)
    if (!Number.isFinite(data[at])) throw refusal(`its tensor ${name} holds a number that is not finite`);
  return data;
}

/** The one type that the server reads a tensor as. */
export function inspectType(message: TensorMap, name: string, type: DataType): void {
  if (message[name].type !== type) throw refusal(`its tensor ${name} has type ${message[name].type}`);
}

/** @param reason what is wrong with `it`, the upload */
export function refusal(reason: string) {
  return runFailed(reason);
}
