import { join } from 'node:path';
import { readResult } from '../output/read-result.js';
import { openRecord, recordRun } from '../output/record-run.js';
import { rerunCommand } from '../output/rerun-command.js';
import { renderSummary } from '../profile/render-summary.js';
import { formatBytes, formatSeconds, plural } from '../report/format.js';
import type { RunResult } from '../result/run-result.js';
import type { ScenarioSegment } from '../run/build-federation.js';
import { cacheFolder } from './cache-folder.js';
import { progressDisplay } from './progress.js';
import { clientTable } from './table.js';

export interface OutputFlags {
  readonly workers?: number;
  readonly out?: string;
  readonly data?: string;
  readonly force?: boolean;
  readonly resume?: boolean;
  readonly check?: boolean;
  readonly recompute?: boolean;
  readonly denyLeaks?: boolean;
  readonly profile?: boolean;
  readonly json?: boolean;
}

/** Runs segments into a folder, and says on a terminal what happens. */
export async function runIntoFolder(
  segments: readonly ScenarioSegment[],
  flags: OutputFlags,
  signal: AbortSignal,
  forkOf?: string,
): Promise<RunResult> {
  const { scenario } = segments[segments.length - 1];
  const text = flags.json ? process.stderr : process.stdout;
  const mode = flags.resume ? 'resume' : flags.force ? 'force' : 'refuse';
  const record = await openRecord(flags.out, segments, mode, forkOf);
  const { folder, state, earlier } = record;
  if (state === 'finished') {
    text.write(`${folder} holds the finished run: nothing is left to do\n`);
    return readResult(folder);
  }
  const display = progressDisplay(text);
  text.write(
    `${scenario.name}: ${scenario.method.name}, seed ${scenario.seed}, engine ${scenario.engine}` +
      `${earlier.length > 0 ? `, going on after ${earlier.length} events` : ''}\n`,
  );
  const { finished, files } = await recordRun(record, {
    command: rerunCommand(folder, { forked: segments.length > 1, data: flags.data }),
    dataFolder: flags.data,
    cacheFolder: cacheFolder(),
    workers: flags.workers,
    results: flags.recompute ? 'recompute' : 'reuse',
    check: flags.check,
    denyLeaks: flags.denyLeaks,
    profile: flags.profile,
    signal,
    onProgress: display.show,
  }).finally(() => {
    display.end();
  });
  const { result, jobs } = finished;
  const { up, down, once } = result.bytes;
  const { features, training, scoring, total } = result.wallSeconds;
  text.write(
    `\n${clientTable(result)}\n\n` +
      evaluationLine(result) +
      `bytes         up ${formatBytes(up)}, down ${formatBytes(down)}, once for every client ${formatBytes(once)}\n` +
      `virtual time  ${formatSeconds(result.virtualSeconds)}\n` +
      `wall time     ${formatSeconds(total)} (features ${formatSeconds(features)}, training ${formatSeconds(training)}, scoring ${formatSeconds(scoring)})\n` +
      (result.split === 'validation'
        ? 'split         validation: for choosing settings, not for reporting\n'
        : '') +
      `jobs          ${jobs.computed} computed, ${jobs.reused} taken from earlier runs\n` +
      dataLines(result) +
      (finished.profile ? renderSummary(finished.profile.summary) : '') +
      `journal       ${result.journalDigest}\n` +
      `wrote         ${files.map((name) => join(folder, name)).join('\n              ')}\n`,
  );
  return result;
}

/** How many the figures are of; nothing where they are of all. */
function evaluationLine({ evaluation }: RunResult): string {
  if (!evaluation || evaluation.clients === evaluation.of) return '';
  return `evaluated     a sample of ${evaluation.clients} of ${plural(evaluation.of, 'client')}\n`;
}

/** What is odd about the images: nothing where nothing is. */
function dataLines({ skippedImages = [], leaks }: RunResult): string {
  const found = leaks && leaks.exact + leaks.near > 0;
  return (
    (skippedImages.length > 0
      ? `skipped       ${plural(skippedImages.length, 'broken image')}, the first: ${skippedImages[0].reason}\n`
      : '') +
    (found
      ? `leaks         ${leaks.exact} exact and ${leaks.near} near duplicates between training and test images (feddymem data leaks)\n`
      : '')
  );
}
