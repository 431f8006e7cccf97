import { type AblationResult, summariseAblation } from '../../ablation/ablation-result.js';
import { readManifest } from '../../output/manifest.js';
import { rerunCommand } from '../../output/rerun-command.js';
import { cellState, readCellError } from '../../study/cell-state.js';
import type { CellOutcome } from '../../study/run-study.js';
import { cellFolder, readStudy, type Study } from '../../study/study-file.js';
import { readResult } from '../../output/read-result.js';

/** All that a study's report is made of. */
export interface StudyReport {
  readonly study: Study;
  /** In the study's order; `elsewhere` are those that have not run here. */
  readonly cells: readonly CellOutcome[];
  /** The comparison with the full method, where the study is an ablation. */
  readonly ablation: AblationResult | null;
  /** The command that makes the study again. */
  readonly command: string;
  /** Of the code that computed the finished cells: more than one where it changed in between. */
  readonly code: readonly string[];
}

/** @throws FeddymemError (bad-input) when the folder holds no study, or a cell's files can't be read */
export async function readStudyReport(folder: string): Promise<StudyReport> {
  const study = await readStudy(folder);
  const cells: CellOutcome[] = [];
  const code = new Set<string>();
  for (const cell of study.cells) {
    const state = await cellState(folder, cell);
    if (state === 'finished') {
      const result = await readResult(cellFolder(folder, cell));
      cells.push({ cell, state, result, before: true });
      const manifest = await readManifest(cellFolder(folder, cell)).catch(() => null);
      if (manifest) code.add(manifest.code);
    } else if (state === 'failed') cells.push({ cell, state, error: await readCellError(folder, cell) });
    else cells.push({ cell, state: 'elsewhere' });
  }
  const compared = study.kind === 'ablation' && cells.some(({ state }) => state === 'finished');
  return {
    study,
    cells,
    ablation: compared ? await summariseAblation(folder, study) : null,
    command:
      study.command ?? rerunCommand(cellFolder(folder, study.cells[0] ?? { id: '' }), { forked: false }),
    code: [...code],
  };
}
