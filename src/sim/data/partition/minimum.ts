import type { RandomStream } from '../../../base/random.js';

/**
 * Moves seeded picks from whoever holds most until everybody holds `minimum`; in total there must be enough.
 * @param held what each client holds; not changed
 */
export function withMinimum<T>(
  held: readonly (readonly T[])[],
  minimum: number,
  random: RandomStream,
): T[][] {
  const parts = held.map((items) => [...items]);
  for (const part of parts) {
    while (part.length < minimum) {
      const largest = parts.reduce((most, other) => (other.length > most.length ? other : most));
      const at = random.integer(largest.length);
      part.push(largest[at]);
      largest[at] = largest.at(-1)!;
      largest.pop();
    }
  }
  return parts;
}
