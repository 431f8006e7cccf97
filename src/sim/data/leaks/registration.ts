import type { Detail } from './detail.js';
import { thumbnailSide as side } from './thumbnail.js';

/** Pixels at the border that are not compared: filters and crops are unsure there. */
const margin = 2;
const innerSide = side - 2 * margin;
const half = (side - 1) / 2;

/** Length of what is compared. */
export const innerLength = innerSide * innerSide;

/** Displacement in pixels as an affine function of the place: [x, x·X, x·Y, y, y·X, y·Y], X and Y from −1 to 1. */
export type Displacement = readonly [number, number, number, number, number, number];

export const noDisplacement: Displacement = [0, 0, 0, 0, 0, 0];

/** The part that is compared: [60×60]. */
export function inner(detail: Detail): Float64Array {
  return eachInner((x, y) => detail[y * side + x]);
}

/**
 * A picture and how it changes when it is shifted, scaled, sheared or turned a little: to first order, every slightly
 * displaced copy lies in the span of these seven.
 * @returns seven of [60×60]
 */
export function affineFamily(detail: Detail): Float64Array[] {
  const across = eachInner((x, y) => (detail[y * side + x + 1] - detail[y * side + x - 1]) / 2);
  const down = eachInner((x, y) => (detail[(y + 1) * side + x] - detail[(y - 1) * side + x]) / 2);
  const toRight = eachInner((x) => (x - half) / half);
  const toBottom = eachInner((_, y) => (y - half) / half);
  const times = (a: Float64Array, b: Float64Array) => a.map((value, at) => value * b[at]);
  return [
    inner(detail),
    across,
    times(across, toRight),
    times(across, toBottom),
    down,
    times(down, toRight),
    times(down, toBottom),
  ];
}

/** The largest shift in pixels along x or y that it causes anywhere. */
export function reachOf([x, xx, xy, y, yx, yy]: Displacement): number {
  return Math.max(Math.abs(x) + Math.abs(xx) + Math.abs(xy), Math.abs(y) + Math.abs(yx) + Math.abs(yy));
}

/** The picture pulled back by a displacement, bilinear, edges repeated: [60×60]. */
export function pulledBack(detail: Detail, displacement: Displacement): Float64Array {
  const [x0, xx, xy, y0, yx, yy] = displacement;
  return eachInner((x, y) => {
    const right = (x - half) / half;
    const bottom = (y - half) / half;
    const fromX = clamped(x - (x0 + xx * right + xy * bottom));
    const fromY = clamped(y - (y0 + yx * right + yy * bottom));
    const column = Math.min(side - 2, Math.floor(fromX));
    const row = Math.min(side - 2, Math.floor(fromY));
    const at = row * side + column;
    const u = fromX - column;
    const upper = detail[at] + u * (detail[at + 1] - detail[at]);
    const lower = detail[at + side] + u * (detail[at + side + 1] - detail[at + side]);
    return upper + (fromY - row) * (lower - upper);
  });
}

function clamped(place: number): number {
  return Math.min(side - 1, Math.max(0, place));
}

function eachInner(value: (x: number, y: number) => number): Float64Array {
  const result = new Float64Array(innerLength);
  for (let y = 0; y < innerSide; y++) {
    for (let x = 0; x < innerSide; x++) result[y * innerSide + x] = value(x + margin, y + margin);
  }
  return result;
}
