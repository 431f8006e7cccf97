import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson, type Json } from '../../../src/base/hash.js';
import type { RunResult } from '../../../src/sim/result/run-result.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { combinations, changeText, gridDimension, overrideOf } from '../../../src/sim/study/axes.js';
import { cellIds } from '../../../src/sim/study/cell-id.js';
import type { StudyOptions } from '../../../src/sim/study/run-study.js';
import { cellFolder, type Study } from '../../../src/sim/study/study-file.js';
import { temporaryFolder } from '../../support/tiny.js';

/** A federation without images that runs in a fraction of a second. */
export const drawn = {
  name: 'drawn',
  clients: 2,
  data: {
    source: 'features',
    channels: 8,
    grid: 3,
    trainImages: 6,
    minimumTrainImages: 4,
    testGood: 2,
    testDefective: 2,
  },
  method: {
    rounds: 2,
    dimensions: 6,
    patches: 30,
    memory: { local: 8, upload: 4, global: 10, minimumPatches: 1 },
    training: { steps: 2, batchSize: 16 },
  },
};

/** A study of that federation, or of another, over values of some fields. */
export function studyOver(
  axes: Readonly<Record<string, readonly unknown[]>>,
  { seeds = [1], scenario = drawn as object, name = 'drawn' } = {},
): Study {
  const points = combinations(Object.entries(axes).map(([axis, values]) => gridDimension(axis, values)));
  const cells = points.flatMap((point) =>
    seeds.map((seed) => ({
      axes: Object.fromEntries(point.map(({ axis, value }) => [axis, value as string | number])),
      seed,
      changes: point.map((assignment) => changeText(overrideOf(assignment, '.'))),
    })),
  );
  const ids = cellIds(cells);
  return {
    format: 'feddymem study 1',
    name,
    kind: 'sweep',
    axes: Object.entries(axes).map(([axis, values]) => ({
      name: axis,
      values: values as (string | number)[],
    })),
    seeds,
    cells: cells.map((cell, at) => ({ id: ids[at], ...cell })),
    scenario: 'drawn.yaml',
    base: parseScenario(scenario, 'drawn'),
  };
}

/** All of a result but the time it took. */
export function figuresOf(result: RunResult): string {
  const { wallSeconds: _, ...rest } = result;
  return canonicalJson(JSON.parse(JSON.stringify(rest)) as Json);
}

/** Folders of its own, in this thread. */
export const studyOptions = (given: Partial<StudyOptions> = {}): StudyOptions => ({
  folder: temporaryFolder(),
  cacheFolder: temporaryFolder(),
  workers: 'inline',
  ...given,
});

/** Four cells. */
export const smallStudy = () => studyOver({ clients: [2, 3], method: ['feddymem', 'local'] });

export const readCellFile = (folder: string, study: Study, cell: number, name: string) =>
  readFileSync(join(cellFolder(folder, study.cells[cell]), name), 'utf8');
