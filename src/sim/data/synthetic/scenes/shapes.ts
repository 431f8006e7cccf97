import { clamp01, cosine, fraction, turnsOf } from '../wave.js';
import type { Shape } from './brush.js';
import type { Direction } from './frame.js';

export function circle(radius: number, x = 0, y = 0): Shape {
  return (u, v) => length(u - x, v - y) - radius;
}

/** A rectangle of half sides a and b with rounded corners. */
export function roundedBox(a: number, b: number, corner: number): Shape {
  return (u, v) => {
    const x = Math.abs(u) - a + corner;
    const y = Math.abs(v) - b + corner;
    if (x > 0 && y > 0) return length(x, y) - corner;
    return Math.max(x, y) - corner;
  };
}

/** All within `radius` of the segment from (−half, 0) to (half, 0). */
export function stadium(half: number, radius: number): Shape {
  return (u, v) => length(Math.max(0, Math.abs(u) - half), v) - radius;
}

/** A regular hexagon whose flat sides lie `apothem` from the middle. */
export function hexagon(apothem: number): Shape {
  return (u, v) => {
    const y = Math.abs(v);
    return Math.max(y, Math.abs(u) * 0.8660254037844386 + y / 2) - apothem;
  };
}

/** A star of straight edges: points at `outer`, valleys at `inner`. */
export function star(points: number, outer: number, inner: number): Shape {
  // The edge runs from (outer, 0) to the valley half a point further on; its normal looks outwards.
  const valleyX = inner * cosine(0.5 / points);
  const valleyY = inner * cosine(0.25 - 0.5 / points);
  const edge = length(valleyX - outer, valleyY);
  return (u, v) => {
    const place = Math.abs(fraction(turnsOf(u, v) * points + 0.5) - 0.5) / points;
    const radius = length(u, v);
    const x = radius * cosine(place);
    const y = radius * cosine(0.25 - place);
    return ((x - outer) * valleyY - y * (valleyX - outer)) / edge;
  };
}

/** The first shape where none of the others is. */
export function without(shape: Shape, ...holes: readonly Shape[]): Shape {
  return (u, v) => {
    let distance = shape(u, v);
    for (const hole of holes) distance = Math.max(distance, -hole(u, v));
    return distance;
  };
}

/** A shape moved by (x, y). */
export function moved(shape: Shape, x: number, y: number): Shape {
  return (u, v) => shape(u - x, v - y);
}

/**
 * How a rounded edge takes the light: above 0 where it faces it, below 0 where it looks away, 0 further than `width`
 * inside the shape.
 */
export function rim(
  shape: Shape,
  u: number,
  v: number,
  distance: number,
  width: number,
  [x, y]: Direction,
): number {
  if (distance < -width) return 0;
  const step = 0.004;
  const slopeX = shape(u + step, v) - distance;
  const slopeY = shape(u, v + step) - distance;
  return ((slopeX * x + slopeY * y) / step) * clamp01(1 + distance / width);
}

export function length(u: number, v: number): number {
  return Math.sqrt(u * u + v * v);
}
