/**
 * Elementary functions from +, −, ×, ÷ alone. ECMAScript leaves the accuracy of Math.log, Math.exp and Math.sin to the
 * platform, and these must have the same bits on every machine. Relative errors stay below 1e-12.
 */

const ln2 = 0.6931471805599453;

/** Natural logarithm of a positive number: halve into [0.7, 2), then the atanh series. −Infinity at 0, NaN below. */
export function portableLog(value: number): number {
  if (!(value > 0 && value < Infinity)) return value === 0 ? -Infinity : value === Infinity ? Infinity : NaN;
  let mantissa = value;
  let exponent = 0;
  for (; mantissa >= 2; mantissa /= 2) exponent++;
  // Just below 1 nothing is doubled: the two parts of the sum would cancel.
  if (mantissa < 0.7) for (; mantissa < 1; mantissa *= 2) exponent--;
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let term = ratio;
  let sum = 0;
  for (let power = 1; power < 60; power += 2) {
    sum += term / power;
    term *= square;
  }
  return 2 * sum + exponent * ln2;
}

// ln 2 and π/2 in parts: a part's low bits are 0, so that its product with a small integer is exact (fdlibm's splits).
const ln2High = 6.9314718036912381649e-1;
const ln2Low = 1.90821492927058770002e-10;
const halfPiHigh = 1.57079632673412561417;
const halfPiMiddle = 6.0771005063039659766e-11;
const halfPiLow = 2.02226624879595063154e-21;

/** eˣ: take out powers of two, then Taylor's series. Infinity above 709.78, 0 below −745.13. */
export function portableExp(value: number): number {
  if (value > 710) return Infinity;
  if (value < -746) return 0;
  const exponent = Math.floor(value / ln2 + 0.5);
  const rest = value - exponent * ln2High - exponent * ln2Low;
  let term = 1;
  let sum = 0;
  for (let power = 1; power < 20; power++) {
    sum += term;
    term *= rest / power;
  }
  for (let left = exponent; left > 0; left--) sum *= 2;
  for (let left = exponent; left < 0; left++) sum /= 2;
  return sum;
}

/** Sine of an angle in radians, |angle| below a million. */
export function portableSine(angle: number): number {
  return quarterTurned(angle, 0);
}

/** Cosine of an angle in radians, |angle| below a million. */
export function portableCosine(angle: number): number {
  return quarterTurned(angle, 1);
}

/** Sine of angle + turns·π/2: take out quarter turns, then Taylor's series of sine or cosine on ±π/4. */
function quarterTurned(angle: number, turns: number): number {
  const quarters = Math.floor(angle / (Math.PI / 2) + 0.5);
  const rest = angle - quarters * halfPiHigh - quarters * halfPiMiddle - quarters * halfPiLow;
  const quadrant = (((quarters + turns) % 4) + 4) % 4;
  const size = quadrant % 2 === 0 ? taylor(rest, rest, 1) : taylor(rest, 1, 0);
  return quadrant < 2 ? size : -size;
}

/** The alternating series whose first term, of power `degree`, is `first`; every second power follows. */
function taylor(angle: number, first: number, degree: number): number {
  let term = first;
  let sum = 0;
  for (let power = degree; power < 24; power += 2) {
    sum += term;
    term *= (-angle * angle) / ((power + 1) * (power + 2));
  }
  return sum;
}
