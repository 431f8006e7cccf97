import { portableExp, portableLog } from '../../../base/portable-math.js';
import type { RandomStream } from '../../../base/random.js';

/**
 * One draw from the symmetric Dirichlet distribution: `count` shares that add up to 1. Normalised in logarithms, since
 * for small `alpha` nearly all gamma numbers are below what a double can hold.
 */
export function dirichlet(random: RandomStream, alpha: number, count: number): Float64Array {
  const shares = Float64Array.from({ length: count }, () => logGamma(random, alpha));
  const largest = shares.reduce((most, value) => Math.max(most, value), -Infinity);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += shares[at] = portableExp(shares[at] - largest);
  return shares.map((share) => share / sum);
}

/**
 * The logarithm of one draw from the gamma distribution of shape `alpha` and scale 1 (Marsaglia & Tsang 2000, "A simple
 * method for generating gamma variables"; below shape 1 by their G(α) = G(α + 1) · U^(1/α)).
 */
export function logGamma(random: RandomStream, alpha: number): number {
  if (alpha < 1) return logGamma(random, alpha + 1) + logUniform(random) / alpha;
  const d = alpha - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const logCube = 3 * portableLog(root);
    const cube = root * root * root;
    if (logUniform(random) < (x * x) / 2 + d * (1 - cube + logCube)) return portableLog(d) + logCube;
  }
}

/** The logarithm of a uniform number that is never 0. */
function logUniform(random: RandomStream): number {
  return portableLog((random.word() + 0.5) / 4294967296);
}
