import type { MemoryBank } from './memory-bank.js';
import { nearestSlots } from './wire-step.js';

/**
 * How far a global memory has moved: root of the weighted mean squared distance from its slots to the nearest slots of
 * the one before, in units of the shared space. Slots have no identity over rounds: nearest is what they have.
 * @returns null where either has no slot
 */
export function memoryDrift(before: MemoryBank, after: MemoryBank): number | null {
  if (before.weights.length === 0 || after.weights.length === 0) return null;
  const { columns, data } = after.vectors;
  const nearest = nearestSlots(after.vectors, before.vectors);
  let sum = 0;
  let total = 0;
  for (let slot = 0; slot < after.weights.length; slot++) {
    let squares = 0;
    for (let axis = 0; axis < columns; axis++)
      squares += (data[slot * columns + axis] - before.vectors.data[nearest[slot] * columns + axis]) ** 2;
    sum += after.weights[slot] * squares;
    total += after.weights[slot];
  }
  return Math.sqrt(sum / total);
}
