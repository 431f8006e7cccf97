import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { fieldDifferences } from '../compare/field-differences.js';
import { readJournal } from '../compare/read-journal.js';
import { checkAgainst, resumptionFailed } from '../output/journal-check.js';
import { openJournal } from '../output/journal-file.js';
import { manifestOf, readManifest, writeManifest, type Manifest } from '../output/manifest.js';
import { discardRunFolder, openRunFolder } from '../output/run-folder.js';
import { writeRun } from '../output/write-run.js';
import { formatBytes, formatSeconds, plural } from '../report/format.js';
import { runResultSchema, type RunResult } from '../result/run-result.js';
import type { ScenarioSegment } from '../run/build-federation.js';
import { runScenario } from '../run/run-scenario.js';
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
  readonly json?: boolean;
}

/** Runs segments into a folder, and says on a terminal what happens. */
export async function runIntoFolder(
  segments: readonly ScenarioSegment[],
  flags: OutputFlags,
  signal: AbortSignal,
  forkOf?: string,
): Promise<RunResult> {
  const { scenario, fromRound } = segments[segments.length - 1];
  const text = flags.json ? process.stderr : process.stdout;
  const mode = flags.resume ? 'resume' : flags.force ? 'force' : 'refuse';
  const { folder, state } = await openRunFolder(flags.out, scenario.name, mode);
  const manifest = manifestOf(segments, forkOf);
  if (state !== 'new') refuseOther(folder, await readManifest(folder), manifest);
  if (state === 'finished') {
    text.write(`${folder} holds the finished run: nothing is left to do\n`);
    return runResultSchema.parse(JSON.parse(await readFile(join(folder, 'result.json'), 'utf8')));
  }
  const earlier = state === 'unfinished' ? await earlierLines(folder) : [];
  const check = checkAgainst(earlier);
  await writeManifest(folder, manifest);
  const display = progressDisplay(text);
  text.write(
    `${scenario.name}: ${scenario.method.name}, seed ${scenario.seed}, engine ${scenario.engine}` +
      `${earlier.length > 0 ? `, going on after ${earlier.length} events` : ''}\n`,
  );
  const journal = openJournal(folder);
  let finished;
  try {
    finished = await runScenario(scenario, {
      earlier: segments.slice(0, -1),
      fromRound,
      dataFolder: flags.data,
      cacheFolder: cacheFolder(),
      workers: flags.workers,
      results: flags.recompute ? 'recompute' : 'reuse',
      check: flags.check,
      denyLeaks: flags.denyLeaks,
      signal,
      onProgress: display.show,
      onJournalLine(line) {
        check.add(line);
        const divergence = check.divergence();
        if (divergence) throw resumptionFailed(divergence);
        journal.write(line);
      },
    });
    await journal.close();
  } catch (error) {
    // What was there before stays: it can still be gone on with.
    if (state === 'unfinished') await journal.close();
    else {
      await journal.discard();
      await discardRunFolder(folder);
    }
    throw error;
  } finally {
    display.end();
  }
  const { result, jobs } = finished;
  const files = await writeRun(folder, finished, commandOf(folder, flags));
  const { up, down, once } = result.bytes;
  const { features, training, scoring, total } = result.wallSeconds;
  text.write(
    `\n${clientTable(result)}\n\n` +
      `bytes         up ${formatBytes(up)}, down ${formatBytes(down)}, once for every client ${formatBytes(once)}\n` +
      `virtual time  ${formatSeconds(result.virtualSeconds)}\n` +
      `wall time     ${formatSeconds(total)} (features ${formatSeconds(features)}, training ${formatSeconds(training)}, scoring ${formatSeconds(scoring)})\n` +
      `jobs          ${jobs.computed} computed, ${jobs.reused} taken from earlier runs\n` +
      dataLines(result) +
      `journal       ${result.journalDigest}\n` +
      `wrote         ${files.map((name) => join(folder, name)).join('\n              ')}\n`,
  );
  return result;
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

/** The lines that a killed run has written; a half-written one at the end does not count. */
async function earlierLines(folder: string): Promise<string[]> {
  const journal = await readJournal(join(folder, 'journal.jsonl')).catch(() => null);
  return journal?.lines.map(({ text }) => text) ?? [];
}

function refuseOther(folder: string, before: Manifest, now: Manifest): void {
  const json = ({ segments }: Manifest) => JSON.parse(JSON.stringify(segments)) as Json;
  if (canonicalJson(json(before)) === canonicalJson(json(now))) return;
  const paths = fieldDifferences({ segments: json(before) }, { segments: json(now) })
    .slice(0, 5)
    .map(({ path }) => path.replace(/^segments\.\d+\.scenario\./, ''));
  throw badInput(
    `${folder} holds a run with other settings (${paths.join(', ')})`,
    'Resume it with the settings it was started with, or choose another folder.',
  );
}

/** The run folder holds the resolved scenario: nothing else is needed to run it again. */
function commandOf(folder: string, { data }: OutputFlags): string {
  return `feddymem run ${join(folder, 'scenario.yaml')}${data ? ` --data ${data}` : ''}`;
}
