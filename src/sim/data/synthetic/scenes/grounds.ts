import { valueNoise } from '../lattice.js';
import { sine } from '../wave.js';
import { paint, type Picture } from './brush.js';
import { frameIn, wholeImage } from './frame.js';
import type { Scene } from './scene.js';

type Tone = (u: number, v: number) => number;

/** Lays a ground over the whole image: its tone at places that differ from image to image. */
export function cover(picture: Picture, { frame, palette, noise }: Scene, tone: Tone): void {
  const [x, y] = noise;
  // It lies still while objects come in any direction, but for a small turn.
  paint(picture, frameIn(wholeImage, 0, 0, 0.02 * frame.sin), {
    shape: () => -1,
    reach: 2,
    ramp: palette.ground,
    tone: (u, v) => tone(x + u, y + v),
  });
}

/** The felt of a tray. */
export const felt: Tone = (u, v) => {
  const cloud = valueNoise(u * 1.7, v * 1.7) - 0.5;
  const fibre = valueNoise(u * 17 + 5 * valueNoise(u * 5, v * 5), v * 19) - 0.5;
  return 0.5 + 0.14 * cloud + 0.2 * fibre + 0.16 * (valueNoise(u * 41, v * 43) - 0.5);
};

/** The ribs of a conveyor belt. */
export const belt: Tone = (u, v) => {
  const cloud = valueNoise(u * 1.1, v * 1.3) - 0.5;
  const wear = valueNoise(u * 2.1 + 40, v * 23) - 0.5;
  return 0.45 + 0.16 * cloud + 0.1 * sine(v * 9) + 0.18 * wear + 0.1 * (valueNoise(u * 37, v * 37) - 0.5);
};

/** Brushed steel. */
export const steel: Tone = (u, v) => {
  const cloud = valueNoise(u * 0.8, v * 1.1) - 0.5;
  const brushed = valueNoise(u * 2.2, v * 29) - 0.5;
  return 0.55 + 0.22 * cloud + 0.22 * brushed + 0.1 * (valueNoise(u * 5 + 30, v * 61) - 0.5);
};

/** Card or paper. */
export const card: Tone = (u, v) => {
  const cloud = valueNoise(u * 1.3, v * 1.3) - 0.5;
  const pulp = valueNoise(u * 13, v * 11) - 0.5;
  return 0.55 + 0.12 * cloud + 0.1 * pulp + 0.12 * (valueNoise(u * 33, v * 31) - 0.5);
};
