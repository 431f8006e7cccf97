import { addressOf, type RivalCell } from './cells.js';
import type { Figure, Figures, Measured } from './figures.js';

/** `stale`: measured with these settings by other code. `missing`: also where it was measured with other settings. */
export type RivalCellState = 'done' | 'stale' | 'failed' | 'missing';

/** @param code hash of the code at hand */
export function rivalCellState(cell: RivalCell, figures: Figures, code: string): RivalCellState {
  const figure = figures.cells.get(addressOf(cell));
  if (figure === undefined || figure.settings !== cell.settings) return 'missing';
  if (figure.state === 'failed') return 'failed';
  return figure.code === code ? 'done' : 'stale';
}

/** What has to be run. @param keepStale accepts figures of other code */
export function cellsToRun(
  cells: readonly RivalCell[],
  figures: Figures,
  code: string,
  keepStale: boolean,
): RivalCell[] {
  return cells.filter((cell) => {
    const state = rivalCellState(cell, figures, code);
    return state !== 'done' && !(state === 'stale' && keepStale);
  });
}

/** A cell's figure, if it was measured, or failed, with the settings that the cell has now. */
export function figureOf(cell: RivalCell, figures: Figures): Figure | undefined {
  const figure = figures.cells.get(addressOf(cell));
  return figure?.settings === cell.settings ? figure : undefined;
}

/** Figures of those cells that were measured with the settings they have now. */
export function measuredCells(cells: readonly RivalCell[], figures: Figures): Measured[] {
  return cells.flatMap((cell) => {
    const figure = figureOf(cell, figures);
    return figure?.state === 'measured' ? [figure] : [];
  });
}
