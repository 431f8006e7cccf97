import type { Movable, Move } from '../scenes/move.js';

/** Red, green, blue in [0, 1]. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** The colours of a surface at tones 0, ½ and 1; straight lines between. */
export type Ramp = readonly [dark: Rgb, middle: Rgb, light: Rgb];

/** A family of surfaces, as an endless plane measured in the family's own features (threads, rings, tiles …). */
export interface Texture {
  /** Features across an image at feature scale 1. */
  readonly featuresAcross: number;
  /** Two believable colourings; a world lies between them. */
  readonly ramps: readonly [Ramp, Ramp];
  /** The tone at a place of the plane, about [0, 1]. Every family has fine grain, so that no region is quite flat. */
  tone(u: number, v: number): number;
  /** The parts of which the surface is made up, where it has some that can lie wrong. */
  readonly elements?: PlaneElements;
}

/** Elements that repeat over the plane. */
export interface PlaneElements extends Movable {
  /** The middle of the element that holds a place. */
  centreNear(u: number, v: number): readonly [u: number, v: number];
  /** The tone of the plane on which the element around `centre` has moved. */
  toneMoved(u: number, v: number, centre: readonly [number, number], move: Move): number;
}
