import { FeddymemError, messageOf } from '../../base/errors.js';
import { FolderInUse } from '../output/folder-lock.js';
import { ResumptionFailed } from '../output/journal-check.js';
import { readResult } from '../output/read-result.js';
import { openRecord, recordRun, type RecordOptions } from '../output/record-run.js';
import { rerunCommand } from '../output/rerun-command.js';
import type { RunResult } from '../result/run-result.js';
import type { Scenario } from '../scenario/schema.js';
import { cellState, clearCellError, isOfThisCode, writeCellError } from './cell-state.js';
import { cellFolder, type CellError, type StudyCell } from './study-file.js';

export type CellEnd =
  | {
      readonly state: 'finished';
      readonly result: RunResult;
      readonly jobs: { readonly computed: number; readonly reused: number };
    }
  | { readonly state: 'failed'; readonly error: CellError }
  /** Another process runs it. */
  | { readonly state: 'elsewhere'; readonly reason: string }
  /** Nothing was wrong with it: the study was stopped. */
  | { readonly state: 'stopped' };

/** Runs a cell into its folder, or goes on with it. What is wrong with it is recorded beside it; throws for nothing else. */
export async function runCell(
  folder: string,
  cell: StudyCell,
  scenario: Scenario,
  options: Omit<RecordOptions, 'command'>,
): Promise<CellEnd> {
  try {
    const own = cellFolder(folder, cell);
    const state = await cellState(folder, cell);
    await clearCellError(folder, cell);
    // Half a run that failed, or is of other code, can't be gone on with; its results are.
    const goesOn = state !== 'failed' && (state !== 'unfinished' || (await isOfThisCode(folder, cell)));
    const record = await openRecord(own, [{ fromRound: 0, scenario }], goesOn ? 'resume' : 'restart');
    // Another process has finished it meanwhile.
    if (record.state === 'finished')
      return { state: 'finished', result: await readResult(own), jobs: { computed: 0, reused: 0 } };
    const { dataFolder } = options;
    const command = rerunCommand(own, { forked: false, data: dataFolder });
    const { finished } = await recordRun(record, { ...options, command });
    return { state: 'finished', result: finished.result, jobs: finished.jobs };
  } catch (error) {
    if (options.signal?.aborted) return { state: 'stopped' };
    if (error instanceof FolderInUse) return { state: 'elsewhere', reason: error.message };
    const failure = describe(error);
    await writeCellError(folder, cell, failure);
    return { state: 'failed', error: failure };
  }
}

function describe(error: unknown): CellError {
  const { code, hint: given } =
    error instanceof FeddymemError ? error : { code: 'internal', hint: undefined };
  const hint =
    error instanceof ResumptionFailed
      ? 'Code, data or libraries have changed since: the same command begins the cell anew.'
      : given;
  return { code, message: messageOf(error), ...(hint !== undefined && { hint }) };
}
