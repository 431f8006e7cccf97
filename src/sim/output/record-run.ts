import { join } from 'node:path';
import { badInput, messageOf, runFailed } from '../../base/errors.js';
import { canonicalJson, type Json } from '../../base/hash.js';
import { fieldDifferences } from '../compare/field-differences.js';
import { readJournal } from '../compare/read-journal.js';
import type { ScenarioSegment } from '../run/build-federation.js';
import { runScenario, type FinishedRun, type RunOptions } from '../run/run-scenario.js';
import { checkAgainst, resumptionFailed } from './journal-check.js';
import { manifestOf, readManifest, type Manifest } from './manifest.js';
import { openRecording } from './recording.js';
import { discardEmpty, openRunFolder, unnamedRuns } from './run-folder.js';
import type { OpenedFolder, RecordMode } from './run-folder.js';
import { writeRun, type WrittenFiles } from './write-run.js';

/** A folder that a run can be recorded in, before anything is computed. */
export interface OpenedRecord extends OpenedFolder {
  readonly segments: readonly ScenarioSegment[];
  readonly manifest: Manifest;
  /** The journal lines of a run that was killed: it goes on after them. */
  readonly earlier: readonly string[];
}

/**
 * Opens a folder for a run of these segments, for this process alone: recordRun, which is to follow unless the run is
 * finished, gives it back.
 * @param folder left out: the next free runs/<scenario>-<n>; to resume, the newest that holds this very run, if any does
 * @throws FeddymemError (bad-input) when it holds another run, or one that may not be touched
 */
export async function openRecord(
  folder: string | undefined,
  segments: readonly ScenarioSegment[],
  mode: RecordMode,
  forkOf?: string,
): Promise<OpenedRecord> {
  const { scenario } = segments[segments.length - 1];
  const manifest = manifestOf(segments, forkOf);
  const known = mode === 'resume' && folder === undefined ? await folderWith(manifest, scenario.name) : null;
  const opened = await openRunFolder(folder ?? known ?? undefined, scenario.name, mode);
  try {
    if (opened.state !== 'new') refuseOther(opened.folder, await readManifest(opened.folder), manifest);
    const earlier = opened.state === 'unfinished' ? await earlierLines(opened.folder) : [];
    if (opened.state === 'finished') opened.release();
    return { ...opened, segments, manifest, earlier };
  } catch (error) {
    opened.release();
    throw error;
  }
}

export interface RecordOptions extends Omit<RunOptions, 'earlier' | 'fromRound' | 'onJournalLine'> {
  /** Re-runs it. */
  readonly command: string;
  readonly files?: WrittenFiles;
}

/**
 * Runs into an opened folder: the manifest first, the journal as it comes, result.json last. A run that was killed is
 * held against what it had written; one that is replaced stays until the new one has its first event.
 * @returns the finished run and the names of its files
 */
export async function recordRun(
  record: OpenedRecord,
  { command, files, ...options }: RecordOptions,
): Promise<{ readonly finished: FinishedRun; readonly files: readonly string[] }> {
  try {
    const finished = await recorded(record, options);
    const written = await writeRun(record.folder, finished, command, files).catch((error: unknown) => {
      throw named(record.folder, error);
    });
    return { finished, files: written };
  } catch (error) {
    record.release();
    await discardEmpty(record.folder);
    throw error;
  } finally {
    record.release();
  }
}

/** What the system says of a full disk names no file, let alone what to do. */
function named(folder: string, error: unknown): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return runFailed(
    `${folder} can't be written: ${messageOf(error)}`,
    'Make room there and go on with --resume: what was computed is kept.',
    error,
  );
}

async function recorded(record: OpenedRecord, options: Omit<RecordOptions, 'command'>): Promise<FinishedRun> {
  const { segments, earlier } = record;
  const { scenario, fromRound } = segments[segments.length - 1];
  const check = checkAgainst(earlier);
  const recording = openRecording(record);
  try {
    const finished = await runScenario(scenario, {
      ...options,
      earlier: segments.slice(0, -1),
      fromRound,
      onJournalLine(line) {
        check.add(line);
        const divergence = check.divergence();
        if (divergence) throw resumptionFailed(divergence);
        recording.add(line);
      },
    });
    await recording.close();
    return finished;
  } catch (error) {
    await recording.abandon();
    throw error;
  }
}

/** The lines that a killed run has written; a half-written one at the end does not count. */
async function earlierLines(folder: string): Promise<string[]> {
  const journal = await readJournal(join(folder, 'journal.jsonl')).catch(() => null);
  return journal?.lines.map(({ text }) => text) ?? [];
}

/** Several runs of one command, such as its seeds, lie side by side: not the last one is meant, but the same one. */
async function folderWith(manifest: Manifest, scenario: string): Promise<string | null> {
  for (const folder of await unnamedRuns(scenario)) {
    const before = await readManifest(folder).catch(() => null);
    if (before && isSameRun(before, manifest)) return folder;
  }
  return null;
}

function settingsOf({ segments }: Manifest): Json {
  return JSON.parse(JSON.stringify(segments)) as Json;
}

function isSameRun(before: Manifest, now: Manifest): boolean {
  return canonicalJson(settingsOf(before)) === canonicalJson(settingsOf(now));
}

function refuseOther(folder: string, before: Manifest, now: Manifest): void {
  if (isSameRun(before, now)) return;
  const paths = fieldDifferences({ segments: settingsOf(before) }, { segments: settingsOf(now) })
    .slice(0, 5)
    .map(({ path }) => path.replace(/^segments\.\d+\.scenario\./, ''));
  throw badInput(
    `${folder} holds a run with other settings (${paths.join(', ')})`,
    'Resume it with the settings it was started with, or choose another folder.',
  );
}
