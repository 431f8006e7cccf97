import { stream } from '../../../base/random.js';

const period = 256;
const mask = period - 1;

let cachedLattice: Float32Array | undefined;

/**
 * period × period uniform numbers. One table serves all worlds: images differ by where on it they lie, and places are
 * drawn from the run's seed.
 */
function lattice(): Float32Array {
  if (cachedLattice) return cachedLattice;
  const random = stream('synthetic', 'lattice');
  cachedLattice = Float32Array.from({ length: period * period }, () => random.uniform());
  return cachedLattice;
}

/** How far image origins may lie apart, in lattice cells, before the noise repeats. */
export const latticePeriod = period;

/** Smooth value noise in [0, 1): random numbers at integer points, eased bilinear between. Repeats every 256. */
export function valueNoise(x: number, y: number): number {
  const table = lattice();
  const column = Math.floor(x);
  const row = Math.floor(y);
  const fx = x - column;
  const fy = y - row;
  const sx = fx * fx * (3 - 2 * fx);
  const sy = fy * fy * (3 - 2 * fy);
  const left = column & mask;
  const right = (column + 1) & mask;
  const above = (row & mask) * period;
  const below = ((row + 1) & mask) * period;
  const top = table[above + left] + (table[above + right] - table[above + left]) * sx;
  const bottom = table[below + left] + (table[below + right] - table[below + left]) * sx;
  return top + (bottom - top) * sy;
}

/** The random number in [0, 1) of one lattice cell: constant over the unit square. */
export function cellNoise(column: number, row: number): number {
  return lattice()[(row & mask) * period + (column & mask)];
}
