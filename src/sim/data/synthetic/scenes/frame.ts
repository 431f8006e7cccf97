import { cosine, sine } from '../wave.js';

/** A system of coordinates on an image whose own run from −1 to 1, y downwards. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly cos: number;
  readonly sin: number;
  /** How long a unit of this frame is in the image's. */
  readonly scale: number;
}

export type Direction = readonly [x: number, y: number];

export const wholeImage: Frame = { x: 0, y: 0, cos: 1, sin: 0, scale: 1 };

/** A frame whose origin lies at (x, y) of another, turned clockwise and scaled. */
export function frameIn(outer: Frame, x: number, y: number, turns = 0, scale = 1): Frame {
  const cos = cosine(turns);
  const sin = sine(turns);
  return {
    x: outer.x + outer.scale * (x * outer.cos - y * outer.sin),
    y: outer.y + outer.scale * (x * outer.sin + y * outer.cos),
    cos: outer.cos * cos - outer.sin * sin,
    sin: outer.sin * cos + outer.cos * sin,
    scale: outer.scale * scale,
  };
}

/** A direction on the image, as seen from within a frame. */
export function directionIn({ cos, sin }: Frame, [x, y]: Direction): Direction {
  return [x * cos + y * sin, y * cos - x * sin];
}
