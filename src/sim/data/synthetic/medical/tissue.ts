import { valueNoise } from '../lattice.js';
import { paint, type Picture } from '../scenes/brush.js';
import { wholeImage } from '../scenes/frame.js';
import type { Palette, Scene } from '../scenes/scene.js';

const grey = (dark: number, middle: number, light: number): Palette['ground'] => [
  [dark, dark, dark],
  [middle, middle, middle],
  [light, light, light],
];

/** Films and scans are grey; worlds differ in how steeply tones rise. */
export const greys: readonly [Palette, Palette] = [
  { ground: grey(0.02, 0.42, 0.94), parts: [] },
  { ground: grey(0.06, 0.52, 0.98), parts: [] },
];

/** The empty film. */
export function paintDark(picture: Picture, { palette }: Scene): void {
  paint(picture, wholeImage, { shape: () => -1, reach: 2, ramp: palette.ground, tone: () => 0 });
}

/** Noise of several octaves, about ±½. */
export function tissue(u: number, v: number): number {
  const coarse = valueNoise(u, v) - 0.5;
  const middle = valueNoise(2.1 * (0.8 * u - 0.6 * v) + 37, 2.1 * (0.6 * u + 0.8 * v) + 11) - 0.5;
  return 0.6 * coarse + 0.35 * middle + 0.2 * (valueNoise(u * 4.3 + 90, v * 4.3 + 60) - 0.5);
}

/** 1 on the lines where smooth noise crosses its middle, 0 away from them. */
export function folds(u: number, v: number, width: number): number {
  const away = Math.abs(valueNoise(u, v) + 0.4 * valueNoise(2.3 * u + 19, 2.3 * v + 53) - 0.7);
  return away >= width ? 0 : 1 - away / width;
}
