import { cellNoise, valueNoise } from '../lattice.js';
import { fraction } from '../wave.js';
import type { Texture } from './texture.js';

/** Plain weave; a feature is one thread. */
export const weave: Texture = {
  featuresAcross: 15,
  ramps: [
    [
      [0.13, 0.17, 0.27],
      [0.31, 0.38, 0.53],
      [0.62, 0.69, 0.8],
    ],
    [
      [0.24, 0.2, 0.15],
      [0.58, 0.52, 0.41],
      [0.87, 0.82, 0.7],
    ],
  ],
  tone(u, v) {
    // Threads wander a little; without it the weave would look drawn.
    const x = u + 0.22 * valueNoise(u * 0.7, v * 0.7 + 31);
    const y = v + 0.22 * valueNoise(u * 0.7 + 57, v * 0.7);
    const column = Math.floor(x);
    const row = Math.floor(y);
    const warpOnTop = ((column + row) & 1) === 0;
    const across = 2 * fraction(warpOnTop ? x : y) - 1;
    const along = 2 * fraction(warpOnTop ? y : x) - 1;
    const round = (1 - across * across * across * across) * (1 - 0.45 * along * along);
    const thread = warpOnTop ? cellNoise(column, 7) : cellNoise(11, row);
    const fibre = warpOnTop ? valueNoise(x * 6, y * 1.7) : valueNoise(x * 1.7, y * 6 + 90);
    return 0.08 + 0.58 * round + (warpOnTop ? 0.07 : 0) + 0.12 * (thread - 0.5) + 0.26 * (fibre - 0.5);
  },
};
