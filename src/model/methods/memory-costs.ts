import {
  clusteringCost,
  embeddingCost,
  greedyCost,
  matmulCost,
  patchCounts,
  spaceDimensions,
} from './costs.js';
import type { StepSizes } from './method.js';
import type { MethodSettings } from './settings.js';

/** Floating-point operations of what becomes of a memory bank, by the settings' choices. */

/** A client, after a round of training: its bank follows the generator. Its patches have been embedded before. */
export function updateCost(sizes: StepSizes, settings: MethodSettings): number {
  const { update, memory, space, training: trained } = settings;
  const { training } = patchCounts(sizes, settings);
  const d = spaceDimensions(sizes, settings);
  if (update === 'none') return 0;
  if (update === 'rebuild') return clusteringCost(training, memory.local, d, 4);
  const slots = Math.min(training, memory.local);
  const embedded = space === 'embedding' ? 0 : embeddingCost(trained.generator, slots, d);
  return embedded + matmulCost(training, d, slots);
}

/** A client, before an upload. */
export function reduceCost({ memory, reduce }: MethodSettings, dimensions: number): number {
  const { local, upload } = memory;
  if (reduce === 'none' || local <= upload) return 0;
  if (reduce === 'random' || reduce === 'coreset') return representingCost(reduce, local, upload, dimensions);
  // Distances among the slots and to the seeds; then means and variances around the seeds.
  if (reduce === 'soft')
    return matmulCost(local, dimensions, local) + 3 * matmulCost(local, dimensions, upload);
  return clusteringCost(local, upload, dimensions, 6);
}

/** The server: all uploads become the global memory. */
export function aggregationCost(sizes: StepSizes, settings: MethodSettings): number {
  const { aggregation, memory } = settings;
  const uploaded = sizes.clients * uploadedSlots(settings);
  const d = spaceDimensions(sizes, settings);
  if (keepsAll(settings) || uploaded <= memory.global) return 0;
  if (aggregation === 'random' || aggregation === 'coreset')
    return representingCost(aggregation, uploaded, memory.global, d);
  return clusteringCost(uploaded, memory.global, d, 15);
}

/** Slots of an upload. */
export function uploadedSlots({ memory, reduce }: MethodSettings): number {
  return reduce === 'none' ? memory.local : Math.min(memory.upload, memory.local);
}

/** Slots that the global memory may have. */
export function globalSlots({ clients }: StepSizes, settings: MethodSettings): number {
  return keepsAll(settings) ? clients * uploadedSlots(settings) : settings.memory.global;
}

function keepsAll({ aggregation }: MethodSettings): boolean {
  return aggregation === 'concat' || aggregation === 'none';
}

/** Some slots are chosen; every slot finds its nearest of them. */
function representingCost(
  choice: 'random' | 'coreset',
  slots: number,
  chosen: number,
  dimensions: number,
): number {
  const choosing = choice === 'coreset' ? greedyCost(slots, chosen, dimensions) : 0;
  return choosing + matmulCost(slots, dimensions, chosen);
}
