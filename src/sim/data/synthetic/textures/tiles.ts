import { cellNoise, valueNoise } from '../lattice.js';
import { smoothStep } from '../wave.js';
import type { Texture } from './texture.js';

const groutHalf = 0.045;

/** Glazed tiles in running bond with bevelled edges; a feature is one tile's height, tiles are half as wide again. */
export const tiles: Texture = {
  featuresAcross: 5,
  ramps: [
    [
      [0.33, 0.32, 0.3],
      [0.7, 0.66, 0.57],
      [0.95, 0.93, 0.86],
    ],
    [
      [0.3, 0.27, 0.25],
      [0.67, 0.35, 0.24],
      [0.93, 0.68, 0.52],
    ],
  ],
  tone(u, v) {
    const row = Math.floor(v);
    const x = u / 1.5 + 0.5 * (row & 1);
    const column = Math.floor(x);
    const left = (x - column) * 1.5;
    const top = v - row;
    const edge = Math.min(left, 1.5 - left, top, 1 - top);
    const grain = valueNoise(u * 11, v * 11 + 33) - 0.5;
    const grout = 0.16 + 0.16 * grain;
    const glaze = valueNoise(u * 1.9, v * 1.9) - 0.5;
    // Bevels catch the light at the upper and left edges and lose it at the others.
    const bevel = 1 - smoothStep(groutHalf, groutHalf + 0.1, edge);
    const lit = edge === left || edge === top ? 0.16 : -0.13;
    const face = 0.6 + 0.14 * (cellNoise(column, row) - 0.5) + 0.16 * glaze + 0.07 * grain + lit * bevel;
    return grout + (face - grout) * smoothStep(groutHalf * 0.6, groutHalf * 1.6, edge);
  },
};
