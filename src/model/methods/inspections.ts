import { runFailed } from '../../base/errors.js';
import type { Tensor, TensorMap } from '../../base/tensor.js';
import { totalWeight } from '../../memory/memory-bank.js';
import { decodeBank } from '../../memory/wire.js';
import { activeChannels } from '../alignment/moments.js';
import { generatorNamed } from '../generator/own-generator.js';
import { decodeMoments, dimensionsOf } from './alignment-steps.js';
import { patchCounts } from './costs.js';
import type { Inspection } from './method.js';

/** Checks of what clients upload: a server can't trust what it did not compute. Each throws the reason of a refusal. */

/** Rounding of f16 and f32 wire formats. */
const tolerance = 1e-3;

export function inspectMoments(message: TensorMap, { settings, sizes }: Inspection): void {
  const count = patchCount(message, 'count', settings.patches);
  const sums = numbers(message, 'sums', sizes.channels);
  const squares = numbers(message, 'squares', sizes.channels);
  for (const [channel, square] of squares.entries()) {
    // Σx² ≥ (Σx)²/n, but for rounding.
    if (square < 0 || sums[channel] ** 2 > count * square * (1 + tolerance) + tolerance)
      throw refusal(`sums and squares of channel ${channel} contradict each other`);
  }
}

export function inspectSecondMoments(message: TensorMap, { local, settings }: Inspection): void {
  const channels = activeChannels(decodeMoments(local('moments'))).length;
  patchCount(message, 'count', settings.patches);
  numbers(message, 'triangle', (channels * (channels + 1)) / 2);
}

/** A memory bank of at most as many patches as a client samples. */
export function inspectBank(message: TensorMap, inspection: Inspection): void {
  const { settings, client } = inspection;
  const bank = decodeBank(message, dimensionsOf(inspection), `client ${client}`);
  const allowed = settings.reduce === 'none' ? settings.memory.local : settings.memory.upload;
  if (bank.weights.length > allowed)
    throw refusal(`it has ${bank.weights.length} slots, more than ${allowed}`);
  const weight = totalWeight(bank);
  if (weight > settings.patches * (1 + tolerance))
    throw refusal(`its slots weigh ${weight} patches, more than the ${settings.patches} a client samples`);
}

/** Distance statistics, one entry a slot of the global memory. */
export function inspectStatistics(message: TensorMap, { local, settings, sizes }: Inspection): void {
  const slots = local('memory').weights.shape[0];
  const counts = numbers(message, 'counts', slots);
  const sums = numbers(message, 'sums', slots);
  const squares = numbers(message, 'squares', slots);
  for (let slot = 0; slot < slots; slot++) {
    if (counts[slot] < 0 || sums[slot] < 0 || squares[slot] < 0)
      throw refusal(`a statistic of slot ${slot} is negative`);
    if (sums[slot] ** 2 > counts[slot] * squares[slot] * (1 + tolerance) + tolerance)
      throw refusal(`the statistics of slot ${slot} contradict each other`);
  }
  if (settings.calibration === 'none') throw refusal('nobody asked for statistics');
  let counted = 0;
  for (const count of counts) counted += count;
  const { calibration } = patchCounts(sizes, settings);
  if (counted > calibration)
    throw refusal(`its statistics count ${counted} patches, more than the ${calibration} set aside`);
}

/** The generator's parameter blocks, each as long as the generator has it. */
export function inspectParameters(message: TensorMap, inspection: Inspection): void {
  const { settings } = inspection;
  patchCount(message, 'patches', settings.patches);
  const shapes = generatorNamed(settings.training.generator).parameterShapes(dimensionsOf(inspection));
  shapes.forEach((shape, index) => {
    const length = shape.reduce((product, size) => product * size, 1);
    numbers(message, `parameter.${index}`, length);
  });
  const surplus = Object.keys(message).length - shapes.length - 1;
  if (surplus > 0) throw refusal(`it holds ${surplus} tensors too many`);
}

/** For steps whose answer is a mere acknowledgement. */
export function inspectAcknowledgement(message: TensorMap): void {
  if (Object.keys(message).length > 0) throw refusal('it holds tensors where none were asked for');
}

function patchCount(message: TensorMap, name: string, most: number): number {
  const [count] = numbers(message, name, 1);
  if (!Number.isInteger(count) || count < 1 || count > most)
    throw refusal(`it counts ${count} patches, not 1 to ${most}`);
  return count;
}

function numbers(message: TensorMap, name: string, length: number | null): Float64Array | Float32Array {
  const tensor = (message as Partial<Record<string, Tensor>>)[name];
  if (!tensor) throw refusal(`it has no tensor ${name}`);
  if (tensor.type !== 'F64' && tensor.type !== 'F32')
    throw refusal(`its tensor ${name} has type ${tensor.type}`);
  const data = tensor.data as Float64Array | Float32Array;
  if (length !== null && data.length !== length)
    throw refusal(`its tensor ${name} has ${data.length} numbers, not ${length}`);
  if (!data.every(Number.isFinite)) throw refusal(`its tensor ${name} holds a number that is not finite`);
  return data;
}

function refusal(reason: string) {
  return runFailed(reason);
}
