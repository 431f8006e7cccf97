import { valueNoise } from '../lattice.js';
import { smoothStep } from '../wave.js';
import type { Texture } from './texture.js';

/** Polished granite: clouds of several octaves with dark and light crystals; a feature is one cloud. */
export const stone: Texture = {
  featuresAcross: 5,
  ramps: [
    [
      [0.16, 0.16, 0.18],
      [0.44, 0.44, 0.45],
      [0.8, 0.79, 0.77],
    ],
    [
      [0.22, 0.15, 0.14],
      [0.58, 0.42, 0.37],
      [0.88, 0.78, 0.72],
    ],
  ],
  tone(u, v) {
    let cloud = 0;
    let amplitude = 0.5;
    let x = u;
    let y = v;
    for (let octave = 0; octave < 4; octave++) {
      cloud += amplitude * valueNoise(x, y);
      amplitude /= 2;
      // Each octave is turned by the 3-4-5 angle, which hides the axes of the lattice.
      const turned = 2.1 * (0.8 * x - 0.6 * y) + 37;
      y = 2.1 * (0.6 * x + 0.8 * y) + 11;
      x = turned;
    }
    // Crystals are where two lattices, turned against each other, are both high.
    const mica = smoothStep(0.36, 0.56, valueNoise(u * 3.9 + 70, v * 3.9) * valueNoise(x * 0.3, y * 0.3));
    const quartz = smoothStep(0.4, 0.62, valueNoise(x * 0.22 + 23, y * 0.22) * valueNoise(v * 4.7, u * 4.7));
    return 0.18 + 0.66 * cloud - 0.22 * mica + 0.19 * quartz;
  },
};
