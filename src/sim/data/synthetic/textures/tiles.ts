import { cellNoise, valueNoise } from '../lattice.js';
import { cosine, sine, smoothStep } from '../wave.js';
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
    const grain = valueNoise(u * 11, v * 11 + 33) - 0.5;
    return onGrout(0.16 + 0.16 * grain, face(u, v, left, top, column, row, grain), edgeOf(left, top));
  },
  elements: {
    halfSize: 0.5,
    moves: ['shift', 'turn', 'swap'],
    fold: 2,
    centreNear(u, v) {
      const row = Math.floor(v);
      const shift = 0.5 * (row & 1);
      return [1.5 * (Math.floor(u / 1.5 + shift) - shift + 0.5), row + 0.5];
    },
    toneMoved(u, v, [centreU, centreV], { x, y, turns, swapped }) {
      const grain = valueNoise(u * 11, v * 11 + 33) - 0.5;
      const atHome = Math.abs(u - centreU) < 0.75 && Math.abs(v - centreV) < 0.5;
      const below = atHome ? 0.16 + 0.16 * grain : tiles.tone(u, v);
      const cos = cosine(turns);
      const sin = sine(turns);
      const left = 0.75 + (u - centreU - x) * cos + (v - centreV - y) * sin;
      const top = 0.5 + (v - centreV - y) * cos - (u - centreU - x) * sin;
      const edge = edgeOf(left, top);
      if (edge <= 0) return below;
      const row = Math.floor(centreV);
      const column = Math.floor(centreU / 1.5 + 0.5 * (row & 1));
      const own = face(centreU - 0.75 + left, row + top, left, top, column, row, grain);
      return onGrout(below, own - 0.34 * swapped, edge);
    },
  },
};

function edgeOf(left: number, top: number): number {
  return Math.min(left, 1.5 - left, top, 1 - top);
}

function onGrout(grout: number, tile: number, edge: number): number {
  return grout + (tile - grout) * smoothStep(groutHalf * 0.6, groutHalf * 1.6, edge);
}

/** The tone of a tile at a place from its corner. */
function face(
  u: number,
  v: number,
  left: number,
  top: number,
  column: number,
  row: number,
  grain: number,
): number {
  const edge = edgeOf(left, top);
  const glaze = valueNoise(u * 1.9, v * 1.9) - 0.5;
  // Bevels catch the light at the upper and left edges and lose it at the others.
  const bevel = 1 - smoothStep(groutHalf, groutHalf + 0.1, edge);
  const lit = edge === left || edge === top ? 0.16 : -0.13;
  return 0.6 + 0.14 * (cellNoise(column, row) - 0.5) + 0.16 * glaze + 0.07 * grain + lit * bevel;
}
