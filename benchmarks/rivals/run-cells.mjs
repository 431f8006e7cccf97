// Runs cells of one federation side by side, and keeps the figures of each as soon as it ends.
import { join } from 'node:path';
import { loadScenario } from '../../dist/sim/scenario/load.js';
import { heldOutClient } from '../../dist/sim/rivals/held-out.js';
import { withFigure, withTwin } from '../../dist/sim/rivals/figures.js';
import { cellIds } from '../../dist/sim/study/cell-id.js';
import { checkInputs } from '../../dist/sim/study/check-inputs.js';
import { runStudy } from '../../dist/sim/study/run-study.js';
import { scenarioPath } from './federations.mjs';

/**
 * @param {import('../../dist/sim/rivals/cells.js').RivalCell[]} cells of one federation and pass, in their order
 * @param {{ federation: object, out: string, cacheFolder: string, workers?: number, signal: AbortSignal,
 *   mayStart: () => boolean, code: string }} options
 * @param {{ figures(): object, keep(figures: object): void }} kept
 * @param {{ ended(cell: object, outcome: object | null): void }} progress
 */
export async function runCells(cells, options, kept, progress) {
  const left = cells.filter((cell) => {
    const copied = withTwin(kept.figures(), cell, options.code);
    if (copied === null) return true;
    kept.keep(copied);
    progress.ended(cell, null);
    return false;
  });
  if (left.length === 0) return;
  // Without its images every cell would fail, and a failure takes the place of a figure.
  const scenario = await loadScenario(scenarioPath(options.federation.name));
  await checkInputs([scenario], { cacheFolder: options.cacheFolder });
  // Rows that run with the same settings run once.
  const groups = grouped(left, ({ settings }) => settings);
  const study = await studyOf(
    groups.map(([first]) => first),
    options.federation,
  );
  const groupOf = new Map(study.cells.map(({ id }, at) => [id, groups[at]]));
  const { cacheFolder, workers, signal, mayStart } = options;
  await runStudy(study, {
    ...{ cacheFolder, workers, signal, mayStart },
    folder: join(options.out, study.name),
    // The figures say what is done; jobs that were done come from the cache.
    force: true,
    onProgress(event) {
      if (event.kind !== 'ended') return;
      const { outcome } = event;
      // Another process runs it, and tells of it.
      if (outcome.state === 'elsewhere') return;
      for (const cell of groupOf.get(outcome.cell.id)) {
        const end =
          outcome.state === 'finished' ? { result: outcome.result } : { error: outcome.error.message };
        kept.keep(withFigure(kept.figures(), cell, options.code, end));
        progress.ended(cell, outcome);
      }
    },
  });
}

async function studyOf(cells, federation) {
  const [{ pass }] = cells;
  const path = scenarioPath(federation.name);
  const studyCells = [];
  for (const { row, trial, seed, changes } of cells) {
    const heldOut =
      pass === 'unseen' ? [await heldOutClient(federation, seed, process.env.FEDDYMEM_DATA)] : [];
    studyCells.push({
      axes: { row, ...(pass === 'tune' && { trial: trial + 1 }) },
      seed,
      changes: [...changes, ...heldOut.map((id) => `holdOut=${JSON.stringify([id])}`)],
    });
  }
  const ids = cellIds(studyCells);
  const values = (axis) => [...new Set(studyCells.map(({ axes }) => axes[axis]))];
  return {
    format: 'feddymem study 1',
    name: `${pass}-${federation.name}`,
    kind: 'rivals',
    axes: Object.keys(studyCells[0].axes).map((name) => ({ name, values: values(name) })),
    seeds: [...new Set(studyCells.map(({ seed }) => seed))],
    cells: studyCells.map((cell, at) => ({ id: ids[at], ...cell })),
    scenario: path,
    base: JSON.parse(JSON.stringify(await loadScenario(path))),
  };
}

/** @template T @param {T[]} items @param {(item: T) => string} by @returns {T[][]} */
function grouped(items, by) {
  const groups = new Map();
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
  return [...groups.values()];
}
