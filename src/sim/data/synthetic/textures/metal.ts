import { valueNoise } from '../lattice.js';
import { sine } from '../wave.js';
import type { Texture } from './texture.js';

/** Brushed metal with the feed marks of a machine tool, both along u; a feature is one pass of the tool. */
export const metal: Texture = {
  featuresAcross: 9,
  ramps: [
    [
      [0.27, 0.29, 0.32],
      [0.5, 0.53, 0.56],
      [0.84, 0.86, 0.88],
    ],
    [
      [0.36, 0.27, 0.16],
      [0.63, 0.52, 0.34],
      [0.92, 0.85, 0.66],
    ],
  ],
  tone(u, v) {
    const straight = v + 0.1 * valueNoise(u * 0.15, v * 0.5 + 13);
    const coarse = valueNoise(u * 0.12, straight * 2.3) - 0.5;
    const medium = valueNoise(u * 0.3 + 21, straight * 5.9) - 0.5;
    const fine = valueNoise(u * 0.9 + 43, straight * 13.1) - 0.5;
    const sheen = valueNoise(u * 0.25 + 91, v * 0.2) - 0.5;
    return 0.5 + 0.09 * sine(straight) + 0.2 * coarse + 0.3 * medium + 0.32 * fine + 0.2 * sheen;
  },
};
