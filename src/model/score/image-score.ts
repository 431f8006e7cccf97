import type { PatchGrid } from '../backbone/backbone.js';
import { smoothedCells } from './smoothed-cells.js';

/** One number for an image, from the scores of its cells, row by row. */
export type ImageScore = (cells: Float32Array, grid: PatchGrid) => number;

const topCount = 5;
const smoothTopCount = 20;
const topShare = 0.01;

function meanOfHighest(cells: Float32Array, count: number): number {
  const highest = cells.toSorted().subarray(-count);
  return highest.reduce((sum, score) => sum + score, 0) / highest.length;
}

/** The choices, by the name a scenario gives them. */
export const imageScores = {
  /** Mean of the 5 highest cells. */
  'top-5': (cells) => meanOfHighest(cells, topCount),
  max: (cells) => meanOfHighest(cells, 1),
  /** Mean of the highest 1 % of the cells. */
  'top-percent': (cells) => meanOfHighest(cells, Math.max(1, Math.round(topShare * cells.length))),
  /** Mean of the 20 highest cells after a Gaussian: defects have an extent, the noise of cells has not. */
  'smooth-top-20': (cells, grid: PatchGrid) => meanOfHighest(smoothedCells(cells, grid), smoothTopCount),
} as const satisfies Record<string, ImageScore>;
export type ImageScoreName = keyof typeof imageScores;
