/**
 * Periodic and easing functions from +, ×, ÷ and floor alone: ECMAScript leaves the accuracy of Math.sin and its kin to
 * the platform, and rendered pixels must be the same bytes everywhere. Angles are in turns.
 */

/** The part of a number above its floor, in [0, 1). */
export function fraction(value: number): number {
  return value - Math.floor(value);
}

/** The sine of an angle in turns, exact at quarter turns, elsewhere within 1e-6. */
export function sine(turns: number): number {
  // Fold to [−¼, ¼], where the odd Taylor polynomial is good.
  let angle = fraction(turns + 0.25) - 0.25;
  if (angle > 0.25) angle = 0.5 - angle;
  if (angle === 0.25 || angle === -0.25) return 4 * angle;
  const x = angle * 6.283185307179586;
  const s = x * x;
  return x * (1 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 - s / 39916800)))));
}

/** The cosine of an angle in turns. */
export function cosine(turns: number): number {
  return sine(turns + 0.25);
}

/** The direction of a vector in turns, in (−½, ½], 0 along x and growing towards y; within 1e-5. */
export function turnsOf(x: number, y: number): number {
  const width = Math.abs(x);
  const height = Math.abs(y);
  if (width === 0 && height === 0) return 0;
  const flat = height <= width;
  const a = flat ? height / width : width / height;
  const s = a * a;
  // A minimax polynomial of the arc tangent on [0, 1].
  const arc =
    a *
    (0.99997726 +
      s * (-0.33262347 + s * (0.19354346 + s * (-0.11643287 + s * (0.05265332 - s * 0.0117212)))));
  const first = flat ? arc / 6.283185307179586 : 0.25 - arc / 6.283185307179586;
  const half = x < 0 ? 0.5 - first : first;
  return y < 0 ? -half : half;
}

/** 0 below `low`, 1 above `high`, a smooth cubic between. */
export function smoothStep(low: number, high: number, value: number): number {
  const t = clamp01((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

/** The number nearest to `value` in [0, 1]. */
export function clamp01(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

/** From `start` (at 0) to `end` (at 1) in a straight line. */
export function mix(start: number, end: number, weight: number): number {
  return start + (end - start) * weight;
}
