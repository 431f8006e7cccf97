import { clamp01 } from '../wave.js';

/** A place on the canvas in pixels. */
export type Point = readonly [x: number, y: number];

/** Fainter coverage is dropped: it would widen the mask by pixels in which nobody sees a defect. */
const faintest = 0.25;

/**
 * Adds a line through `points` to a coverage map (keeping the greater where lines meet).
 * @param coverage size × size, in [0, 1]
 * @param width in pixels; edges are anti-aliased
 */
export function addStroke(
  coverage: Float32Array,
  size: number,
  points: readonly Point[],
  width: number,
): void {
  for (let index = 1; index < points.length; index++)
    addSegment(coverage, size, points[index - 1], points[index], width / 2);
}

function addSegment(coverage: Float32Array, size: number, [ax, ay]: Point, [bx, by]: Point, half: number) {
  const reach = half + 1;
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const right = Math.min(size - 1, Math.ceil(Math.max(ax, bx) + reach));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const bottom = Math.min(size - 1, Math.ceil(Math.max(ay, by) + reach));
  const dx = bx - ax;
  const dy = by - ay;
  const squared = dx * dx + dy * dy;
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const t = squared === 0 ? 0 : clamp01(((x - ax) * dx + (y - ay) * dy) / squared);
      const ex = x - ax - t * dx;
      const ey = y - ay - t * dy;
      const covered = clamp01(half + 0.5 - Math.sqrt(ex * ex + ey * ey));
      const at = y * size + x;
      if (covered >= faintest && covered > coverage[at]) coverage[at] = covered;
    }
  }
}
