import type { DataType, TensorMap } from '../../base/tensor.js';
import { leastWeight, totalWeight, type MemoryBank } from '../../memory/memory-bank.js';
import { largestFloat16, wireTypes, type Precision } from '../../memory/wire.js';
import { dimensionsOf } from './alignment-steps.js';
import { patchCounts } from './costs.js';
import { refusal, roundingShare } from './inspections.js';
import type { Inspection } from './method.js';
import { uploadedBank } from './uploads.js';

/** Checks of what uploads of slots hold. Each throws the reason of a refusal. */

/** Beyond it, squares of what is learnt from a slot leave f32; patches are standardised, and lie nowhere near. */
const farthest = 1e9;

/** A memory bank of at most as many patches as its client samples. */
export function inspectBank(message: TensorMap, inspection: Inspection): void {
  const { settings, client, sizes } = inspection;
  const bank = uploadedBank(message, dimensionsOf(inspection), client, inspection);
  inspectWireTypes(message, settings.precision);
  inspectSlots(bank, settings.precision);
  const allowed = settings.reduce === 'none' ? settings.memory.local : settings.memory.upload;
  if (bank.weights.length > allowed)
    throw refusal(`it has ${bank.weights.length} slots, more than ${allowed}`);
  const weight = totalWeight(bank);
  const { training } = patchCounts(sizes, settings);
  if (weight > training * (1 + roundingShare))
    throw refusal(`its slots weigh ${weight} patches, more than the ${training} that its client samples`);
}

/** The types that slots travel in, in the precision that was asked for. */
export function inspectWireTypes(message: TensorMap, precision: Precision): void {
  const expected: Record<string, DataType> = {
    ...wireTypes[precision],
    'vectors.scale': 'F32',
    weights: 'F32',
    moves: 'I8',
    'moves.scale': 'F32',
  };
  for (const [name, { type }] of Object.entries(message))
    if (Object.hasOwn(expected, name) && type !== expected[name])
      throw refusal(`its tensor ${name} has type ${type}, not ${expected[name]}`);
}

/** Slots with which a receiver can calculate, and that the server can send on. */
export function inspectSlots({ vectors, weights, variances }: MemoryBank, precision: Precision): void {
  const most = precision === 'f16' ? largestFloat16 * (1 + roundingShare) : farthest;
  for (const value of vectors.data)
    if (Math.abs(value) > most) throw refusal(`a slot holds the number ${value}, beyond ${most}`);
  for (const variance of variances)
    if (variance > farthest ** 2)
      throw refusal(`a slot has the variance ${variance}, beyond ${farthest ** 2}`);
  for (const weight of weights)
    if (weight < leastWeight) throw refusal(`a slot weighs ${weight} patches, which is next to nothing`);
}
