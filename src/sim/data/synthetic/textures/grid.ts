import { valueNoise } from '../lattice.js';
import { clamp01, fraction, smoothStep } from '../wave.js';
import type { Texture } from './texture.js';

/** A grid of ink lines with a dot in every cell, printed on coated card; a feature is one cell. */
export const grid: Texture = {
  featuresAcross: 7,
  ramps: [
    [
      [0.1, 0.13, 0.35],
      [0.46, 0.5, 0.66],
      [0.82, 0.82, 0.79],
    ],
    [
      [0.08, 0.3, 0.17],
      [0.45, 0.62, 0.44],
      [0.8, 0.8, 0.67],
    ],
  ],
  tone(u, v) {
    const x = fraction(u) - 0.5;
    const y = fraction(v) - 0.5;
    return printed(u, v, lineAt(x, y) + dotAt(x, y));
  },
  elements: {
    halfSize: 0.24,
    moves: ['shift', 'swap'],
    fold: 1,
    centreNear: (u, v) => [Math.floor(u) + 0.5, Math.floor(v) + 0.5],
    toneMoved(u, v, [centreU, centreV], { x, y, swapped }) {
      const atHome = Math.abs(u - centreU) <= 0.5 && Math.abs(v - centreV) <= 0.5;
      const column = fraction(u) - 0.5;
      const row = fraction(v) - 0.5;
      const fromDotX = u - centreU - x;
      const fromDotY = v - centreV - y;
      const away = Math.sqrt(fromDotX * fromDotX + fromDotY * fromDotY);
      // Another make of dot is a ring.
      const hollow = swapped * (1 - smoothStep(0.06, 0.12, away));
      const own = dotAt(fromDotX, fromDotY) - hollow;
      return printed(u, v, lineAt(column, row) + own + (atHome ? 0 : dotAt(column, row)));
    },
  },
};

function lineAt(x: number, y: number): number {
  const toLine = 0.5 - Math.max(Math.abs(x), Math.abs(y));
  return 1 - smoothStep(0.03, 0.1, toLine);
}

function dotAt(x: number, y: number): number {
  return 1 - smoothStep(0.13, 0.21, Math.sqrt(x * x + y * y));
}

function printed(u: number, v: number, wanted: number): number {
  // Ink takes unevenly, and the card has a tooth.
  const ink = clamp01(wanted) * (0.72 + 0.3 * valueNoise(u * 2.3, v * 2.3));
  const tooth = valueNoise(u * 9.1 + 50, v * 9.1) - 0.5;
  const shade = valueNoise(u * 0.7, v * 0.7 + 80) - 0.5;
  return 0.88 - 0.76 * ink + 0.1 * tooth + 0.07 * shade;
}
