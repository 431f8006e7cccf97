import { invariant } from '../../base/errors.js';

export type Shape = readonly number[];

/** Number of elements. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

/** The shape two operands broadcast to, by NumPy's rule. */
export function broadcastShape(a: Shape, b: Shape): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const left = a[axis - rank + a.length] ?? 1;
    const right = b[axis - rank + b.length] ?? 1;
    invariant(
      left === right || left === 1 || right === 1,
      `shapes [${a.join()}] and [${b.join()}] don't broadcast`,
    );
    return left === 1 ? right : left;
  });
}

/** The axes along which `from` was repeated to become `to`. */
export function repeatedAxes(from: Shape, to: Shape): number[] {
  const added = to.length - from.length;
  return to
    .map((_, axis) => axis)
    .filter((axis) => axis < added || (from[axis - added] === 1 && to[axis] !== 1));
}

/** Shape after reducing axes. */
export function reducedShape(shape: Shape, axes: readonly number[], keepAxes: boolean): number[] {
  if (keepAxes) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** Output length of a sliding window. */
export function windowCount(length: number, size: number, stride: number, padding: number): number {
  return Math.floor((length + 2 * padding - size) / stride) + 1;
}
