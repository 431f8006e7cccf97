import { portableExp } from '../../base/portable-math.js';

const rootTwoPi = 2.5066282746310002;
/** Beyond this the continued fraction is the quicker and the more accurate one. */
const tail = 3;

/** The standard normal distribution function Φ, with a relative error below 1e-11 in either tail. */
export function normalCdf(value: number): number {
  if (value > tail) return 1 - normalCdf(-value);
  const density = portableExp((-value * value) / 2) / rootTwoPi;
  return value < -tail ? density * millsRatio(-value) : 0.5 + density * oddSeries(value);
}

/** Inverse of Φ by bisection: −Infinity at 0, Infinity at 1. */
export function normalQuantile(probability: number): number {
  if (probability <= 0) return -Infinity;
  if (probability >= 1) return Infinity;
  // Above ½, Φ has lost the digits that its tail needs.
  if (probability > 0.5) return -normalQuantile(1 - probability);
  let low = -40;
  let high = 0;
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return high;
}

/** (Φ(x) − ½) / φ(x) = x + x³/3 + x⁵/(3·5) + … (Marsaglia 2004, Journal of Statistical Software 11). */
function oddSeries(value: number): number {
  let term = value;
  let sum = value;
  for (let odd = 3; odd < 120; odd += 2) {
    term *= (value * value) / odd;
    sum += term;
  }
  return sum;
}

/** (1 − Φ(x)) / φ(x) = 1/(x + 1/(x + 2/(x + 3/(x + …)))) for large x (Laplace's continued fraction). */
function millsRatio(value: number): number {
  let fraction = value;
  for (let level = 120; level > 0; level--) fraction = value + level / fraction;
  return 1 / fraction;
}
