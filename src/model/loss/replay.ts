import type { RandomStream } from '../../base/random.js';
import type { Distances } from '../../memory/distances.js';
import type { MemoryBank } from '../../memory/memory-bank.js';

/** Fills rows of a batch with virtual normals: they carry what other clients know into the generator. */
export interface Replay {
  /** What is drawn from; null where nothing is left to draw. */
  slots(global: MemoryBank, own: MemoryBank, distances: Distances): Promise<MemoryBank | null>;
  fill(slots: MemoryBank, target: Float32Array, random: RandomStream): void;
}

/** Slots of the global memory drawn by weight, plus noise of their own variances. */
const globalSlots: Replay = { slots: (global) => Promise.resolve(global), fill: fillWithNormals };

/**
 * The same without what the client knows itself: the weight of each slot of its bank is taken off the global slot
 * nearest to it. Which uploads a global slot was merged from is not on the wire, so this is an estimate, at no byte.
 */
const othersSlots: Replay = {
  async slots(global, own, distances) {
    const { indices } = await distances.nearest(own.vectors, global.vectors, 1);
    const weights = global.weights.slice();
    own.weights.forEach((weight, slot) => {
      weights[indices[slot]] = Math.max(0, weights[indices[slot]] - weight);
    });
    return weights.some((weight) => weight > 0) ? { ...global, weights } : null;
  },
  fill: fillWithNormals,
};

function fillWithNormals(
  { vectors, weights, variances }: MemoryBank,
  target: Float32Array,
  random: RandomStream,
): void {
  const dimensions = vectors.columns;
  const cumulative = new Float64Array(weights.length);
  let total = 0;
  for (let slot = 0; slot < weights.length; slot++) cumulative[slot] = total += weights[slot];
  random.fillNormal(target);
  for (let start = 0; start < target.length; start += dimensions) {
    const at = random.uniform() * total;
    let low = 0;
    let high = weights.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (cumulative[middle] > at) high = middle;
      else low = middle + 1;
    }
    const vector = low * dimensions;
    const deviation = Math.sqrt(variances[low]);
    for (let axis = 0; axis < dimensions; axis++)
      target[start + axis] = vectors.data[vector + axis] + deviation * target[start + axis];
  }
}

/** The choices, by the name a scenario gives them; `none` trains on real patches alone. */
export const replays = {
  'global-slots': globalSlots,
  'others-slots': othersSlots,
  none: null,
} as const satisfies Record<string, Replay | null>;
export type ReplayName = keyof typeof replays;
