import type { RandomStream } from '../../base/random.js';
import { rowOf } from '../../base/tensor.js';
import type { MemoryBank } from '../../memory/memory-bank.js';

/** Fills rows of a batch with virtual normals: they carry what other clients know into the generator. */
export type Replay = (global: MemoryBank, target: Float32Array, random: RandomStream) => void;

/** A slot of the global memory drawn by weight, plus noise of the slot's own variance. */
const globalSlots: Replay = ({ vectors, weights, variances }, target, random) => {
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
    const vector = rowOf(vectors, low);
    const deviation = Math.sqrt(variances[low]);
    for (let axis = 0; axis < dimensions; axis++)
      target[start + axis] = vector[axis] + deviation * target[start + axis];
  }
};

/** The choices, by the name a scenario gives them; `none` trains on real patches alone. */
export const replays = { 'global-slots': globalSlots, none: null } as const satisfies Record<
  string,
  Replay | null
>;
export type ReplayName = keyof typeof replays;
