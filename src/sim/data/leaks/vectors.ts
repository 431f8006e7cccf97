/** Inner product of two vectors of the same length. */
export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}

/** Takes `factor` times `b` off `a`, in place. */
function subtract(a: Float64Array, b: Float64Array, factor: number): void {
  for (let at = 0; at < a.length; at++) a[at] -= factor * b[at];
}

/** Takes off, in place, what lies in the span of orthonormal vectors. */
export function takeOff(vector: Float64Array, span: readonly Float64Array[]): Float64Array {
  for (const axis of span) subtract(vector, axis, dot(axis, vector));
  return vector;
}

/** Orthonormal vectors with the same span (Gram–Schmidt, twice for accuracy); dependent vectors are left out. */
export function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const span: Float64Array[] = [];
  for (const vector of vectors) {
    const rest = takeOff(takeOff(vector.slice(), span), span);
    const length = Math.sqrt(dot(rest, rest));
    if (length <= 1e-6 * Math.sqrt(dot(vector, vector)) || length === 0) continue;
    span.push(rest.map((value) => value / length));
  }
  return span;
}
