import type { MemoryBank } from '../../memory/memory-bank.js';
import type { Ops, Value } from '../engine/ops.js';

/**
 * tr(Aᵀ C A) / tr(C): how far a linear generator z = yA spreads what is normal, over how far it is spread before.
 * @param secondMoment C over tr(C), [dimensions × dimensions]
 */
export function spreadPenalty<V extends Value>(ops: Ops<V>, generator: V, secondMoment: V): V {
  // tr(Aᵀ C A) is the sum over A ∘ (C A).
  return ops.sum(ops.multiply(generator, ops.matmul(secondMoment, generator)));
}

/**
 * Mean of y yᵀ over the patches behind slots, Σ w (ȳ ȳᵀ + v I) / Σ w, divided by its trace. Of the global memory this is
 * the federation's, at no cost in bytes: its trace is exact, only the spread within slots is taken as equal in all
 * directions.
 */
export function relativeSecondMoment({ vectors, weights, variances }: MemoryBank): Float32Array<ArrayBuffer> {
  const { columns, data } = vectors;
  const sum = new Float64Array(columns * columns);
  for (let slot = 0; slot < weights.length; slot++) {
    const start = slot * columns;
    for (let row = 0; row < columns; row++) {
      const factor = weights[slot] * data[start + row];
      for (let column = 0; column < columns; column++)
        sum[row * columns + column] += factor * data[start + column];
      sum[row * columns + row] += weights[slot] * variances[slot];
    }
  }
  let trace = 0;
  for (let axis = 0; axis < columns; axis++) trace += sum[axis * columns + axis];
  return Float32Array.from(sum, (value) => (trace > 0 ? value / trace : 0));
}
