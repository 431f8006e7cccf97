import { valueNoise } from '../lattice.js';
import { fraction, smoothStep } from '../wave.js';
import type { Texture } from './texture.js';

/** Wood grain running along u; a feature is one year ring. */
export const wood: Texture = {
  featuresAcross: 6.5,
  ramps: [
    [
      [0.27, 0.14, 0.07],
      [0.56, 0.36, 0.2],
      [0.78, 0.58, 0.36],
    ],
    [
      [0.42, 0.31, 0.18],
      [0.74, 0.6, 0.4],
      [0.92, 0.82, 0.62],
    ],
  ],
  tone(u, v) {
    const bend = 2.4 * valueNoise(u * 0.13, v * 0.3) + 0.5 * valueNoise(u * 0.45 + 19, v * 0.9);
    const ring = v + bend;
    const age = fraction(ring);
    // Late wood darkens slowly, then the next spring starts at once.
    const late = age * age * (1 - smoothStep(0.84, 1, age));
    const fibre = valueNoise(u * 1.3, ring * 13 + 40) - 0.5;
    const pore = smoothStep(0.8, 0.96, valueNoise(u * 1.9 + 77, ring * 17));
    const board = valueNoise(u * 0.2 + 5, v * 0.35 + 60) - 0.5;
    return 0.74 - 0.5 * late + 0.2 * fibre - 0.24 * pore + 0.2 * board;
  },
};
