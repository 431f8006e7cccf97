import { access } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { manifestFile } from '../../output/manifest.js';
import { cellFolder, cellsFolder, errorFile, readStudy, studyFile, type AxisValue } from '../study-file.js';
import { axisColumns, type AxisColumn } from './axis-columns.js';

/** Where a store's rows come from. */
export interface StudySource {
  readonly folder: string;
  readonly axes: readonly AxisColumn[];
  /** In the order in which their rows are stored. */
  readonly cells: readonly CellSource[];
}

export interface CellSource {
  /** The run's name in every table. */
  readonly id: string;
  readonly folder: string;
  /** The same, from the study's folder on, with `/`. */
  readonly path: string;
  readonly axes: Readonly<Record<string, AxisValue>>;
  /** As the study says; null where only the run itself knows. */
  readonly seed: number | null;
}

/**
 * The cells of a study; of a run's folder, the one run, without axes.
 * @throws FeddymemError (bad-input) when the folder holds neither
 */
export async function openStudy(folder: string): Promise<StudySource> {
  if (await exists(join(folder, studyFile))) {
    const study = await readStudy(folder);
    const cells = study.cells.map((cell) => ({
      id: cell.id,
      folder: cellFolder(folder, cell),
      path: `${cellsFolder}/${cell.id}`,
      axes: cell.axes,
      seed: cell.seed,
    }));
    return { folder, axes: axisColumns(study), cells };
  }
  const runFiles = [manifestFile, 'result.json', errorFile];
  const present = await Promise.all(runFiles.map((name) => exists(join(folder, name))));
  if (!present.includes(true)) {
    throw badInput(
      `${folder} holds neither a study (${studyFile}) nor a run (${manifestFile})`,
      'Give the folder that a sweep or a run has written.',
    );
  }
  return {
    folder,
    axes: [],
    cells: [{ id: basename(resolve(folder)), folder, path: '.', axes: {}, seed: null }],
  };
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
