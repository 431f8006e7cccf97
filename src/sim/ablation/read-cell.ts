import { join } from 'node:path';
import { readResult } from '../output/read-result.js';
import type { DetectorImages } from '../statistics/scored-images.js';
import { cellState, readCellError } from '../study/cell-state.js';
import { cellFolder, type StudyCell } from '../study/study-file.js';
import { bytesPerRound } from '../study/summary.js';
import { comparedViews, readScores, type ComparedView } from './read-scores.js';

/** What a finished cell says in one view. */
export interface CellView {
  /** Mean over the clients. */
  readonly auroc: number | null;
  /** Of each client's detector; null where it has none. */
  readonly ofClients: ReadonlyMap<string, number | null>;
  readonly detectors: readonly DetectorImages[];
}

export interface CellFigures {
  readonly seed: number;
  /** Up and down, of all clients. */
  readonly bytesPerRound: number;
  readonly views: Readonly<Record<ComparedView, CellView>>;
}

/** Why a cell has no figures. */
export interface FailedCell {
  readonly seed: number;
  readonly error: string;
}

/** @throws FeddymemError (bad-input) when the cell's scores can't be read */
export async function readCell(study: string, cell: StudyCell): Promise<CellFigures | FailedCell> {
  const state = await cellState(study, cell);
  if (state !== 'finished') {
    const error =
      state === 'failed' ? (await readCellError(study, cell)).message : 'it has not run to its end';
    return { seed: cell.seed, error };
  }
  const folder = cellFolder(study, cell);
  const result = await readResult(folder);
  const { clients, mean } = result;
  const scores = await readScores(join(folder, 'scores.csv'));
  const view = (name: ComparedView): CellView => ({
    auroc: mean[name]?.imageAuroc ?? null,
    ofClients: new Map(clients.flatMap(({ id, [name]: own }) => (own ? [[id, own.imageAuroc]] : []))),
    detectors: scores[name],
  });
  const [own, global] = comparedViews.map(view);
  return { seed: cell.seed, bytesPerRound: bytesPerRound(result), views: { own, global } };
}
