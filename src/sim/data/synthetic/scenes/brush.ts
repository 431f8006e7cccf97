import type { Ramp } from '../textures/texture.js';
import { clamp01, mix, smoothStep } from '../wave.js';
import type { Frame } from './frame.js';

/** What is painted on. */
export interface Picture {
  readonly size: number;
  /** size × size × 3. */
  readonly colours: Float32Array;
  /** size × size in [0, 1]: how far a pixel belongs to the object. */
  readonly subject: Float32Array;
}

/** The signed distance to a shape's outline in its frame's units, negative inside. */
export type Shape = (u: number, v: number) => number;

/** One shape of one material. */
export interface Brush {
  readonly shape: Shape;
  /** Nothing of the shape lies further from the frame's origin than this, along its first axis. */
  readonly reach: number;
  /** The same along the second; left out: as far. */
  readonly across?: number;
  readonly ramp: Ramp;
  readonly tone: (u: number, v: number, distance: number) => number;
  /** The edge fades over ± this; left out: over one pixel. */
  readonly soft?: number;
  /** 1 unless told. */
  readonly opacity?: number;
  /** It is part of the inspected object, so that defects lie on it. */
  readonly subject?: boolean;
}

/** Paints over what is there; edges are anti-aliased. */
export function paint(picture: Picture, frame: Frame, brush: Brush): void {
  const { size, colours, subject } = picture;
  const { shape, tone, soft = 0, opacity = 1 } = brush;
  const [dark, middle, light] = brush.ramp;
  const { left, right, top, bottom, half, pixel } = touched(size, frame, brush, soft);
  const edge = soft > 0 ? soft : pixel / 2;
  for (let y = top; y <= bottom; y++) {
    const dy = ((y + 0.5) / half - 1 - frame.y) / frame.scale;
    for (let x = left; x <= right; x++) {
      const dx = ((x + 0.5) / half - 1 - frame.x) / frame.scale;
      const u = dx * frame.cos + dy * frame.sin;
      const v = dy * frame.cos - dx * frame.sin;
      const distance = shape(u, v);
      if (distance >= edge) continue;
      const covered =
        distance <= -edge ? 1 : soft > 0 ? 1 - smoothStep(-soft, soft, distance) : 0.5 - distance / pixel;
      const weight = covered * opacity;
      const height = 2 * clamp01(tone(u, v, distance));
      const low = height > 1 ? middle : dark;
      const high = height > 1 ? light : middle;
      const share = height > 1 ? height - 1 : height;
      const at = y * size + x;
      const red = at * 3;
      colours[red] = mix(colours[red], mix(low[0], high[0], share), weight);
      colours[red + 1] = mix(colours[red + 1], mix(low[1], high[1], share), weight);
      colours[red + 2] = mix(colours[red + 2], mix(low[2], high[2], share), weight);
      if (brush.subject && weight > subject[at]) subject[at] = weight;
    }
  }
}

/** Lets a shape be the inspected object, or a part of it, without painting it. */
export function markSubject({ size, subject }: Picture, frame: Frame, shape: Shape, reach: number): void {
  const { left, right, top, bottom, half, pixel } = touched(size, frame, { reach }, 0);
  for (let y = top; y <= bottom; y++) {
    const dy = ((y + 0.5) / half - 1 - frame.y) / frame.scale;
    for (let x = left; x <= right; x++) {
      const dx = ((x + 0.5) / half - 1 - frame.x) / frame.scale;
      const distance = shape(dx * frame.cos + dy * frame.sin, dy * frame.cos - dx * frame.sin);
      const at = y * size + x;
      subject[at] = Math.max(subject[at], clamp01(0.5 - distance / pixel));
    }
  }
}

/** The pixels that a shape of this reach can touch, and how long one is in the frame. */
function touched(
  size: number,
  frame: Frame,
  { reach, across = reach }: Pick<Brush, 'reach' | 'across'>,
  soft: number,
) {
  const half = size / 2;
  const pixel = 1 / (half * frame.scale);
  const a = (reach + soft + pixel) * frame.scale;
  const b = (across + soft + pixel) * frame.scale;
  const farX = Math.abs(frame.cos) * a + Math.abs(frame.sin) * b;
  const farY = Math.abs(frame.sin) * a + Math.abs(frame.cos) * b;
  return {
    left: Math.max(0, Math.floor((frame.x - farX + 1) * half)),
    right: Math.min(size - 1, Math.ceil((frame.x + farX + 1) * half)),
    top: Math.max(0, Math.floor((frame.y - farY + 1) * half)),
    bottom: Math.min(size - 1, Math.ceil((frame.y + farY + 1) * half)),
    half,
    pixel,
  };
}

const black: Ramp = [
  [0, 0, 0],
  [0, 0, 0],
  [0, 0, 0],
];

/** The soft shadow of a shape on what is painted so far. */
export function paintShadow(
  picture: Picture,
  frame: Frame,
  shape: Shape,
  reach: number,
  soft = 0.07,
  opacity = 0.45,
  across = reach,
): void {
  paint(picture, frame, { shape, reach, across, ramp: black, tone: () => 0, soft, opacity });
}

/** A ramp on the straight line between two. */
export function mixRamps(first: Ramp, second: Ramp, weight: number): Ramp {
  if (weight === 0) return first;
  const stop = (index: number) => {
    const channel = (c: number) => mix(first[index][c], second[index][c], weight);
    return [channel(0), channel(1), channel(2)] as const;
  };
  return [stop(0), stop(1), stop(2)];
}
