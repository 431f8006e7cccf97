/**
 * Quadrature pairs of oriented filters: the second derivative of a Gaussian and its approximate Hilbert transform
 * (Freeman & Adelson 1991), sampled on 5×5 pixels. Everything here is arithmetic and square roots: ECMAScript leaves
 * the accuracy of Math.sin, cos and exp to the platform, and features must not depend on it. Hence a polynomial
 * window in place of the Gaussian, and directions as constants.
 */

/** Side of a filter in pixels. */
export const filterSize = 5;

/** Directions across the line that a filter answers to most, x right and y down: every 30° from the x axis. */
export const directions = [
  [1, 0],
  [0.8660254037844387, 0.5],
  [0.5, 0.8660254037844387],
  [0, 1],
  [-0.5, 0.8660254037844387],
  [-0.8660254037844387, 0.5],
] as const;

const reach = (filterSize - 1) / 2;
/** (1 − r²/radius²)³ falls like a Gaussian of variance radius²/6 and is 0 from the first pixel outside on. */
const radius = reach + 1;
const variance = radius ** 2 / 6;

/**
 * All even filters, then all odd ones, each of zero mean and unit length.
 * @returns [2·directions × 1 × size × size]
 */
export function quadratureFilters(): Float32Array {
  const even = directions.map(([across, down]) => sampled(across, down, (u) => 2 * u * u - 1));
  const odd = directions.map(([across, down]) => sampled(across, down, (u) => u * u * u - 2.254 * u));
  return Float32Array.from([...even, ...odd].flat());
}

/** A profile along one direction under the window. @param profile of the distance in √2 standard deviations */
function sampled(across: number, down: number, profile: (u: number) => number): number[] {
  const weights: number[] = [];
  const values: number[] = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      const rest = Math.max(0, 1 - (x * x + y * y) / (radius * radius));
      weights.push(rest * rest * rest);
      values.push(rest * rest * rest * profile((x * across + y * down) / Math.sqrt(2 * variance)));
    }
  }
  // The bias goes out under the window, so that no step appears at the filter's edge.
  const bias = sum(values) / sum(weights);
  const centred = values.map((value, at) => value - bias * weights[at]);
  const length = Math.sqrt(sum(centred.map((value) => value * value)));
  return centred.map((value) => value / length);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
