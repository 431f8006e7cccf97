import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import type { Json } from '../../base/hash.js';
import { readManifest, type Manifest } from '../output/manifest.js';
import { rerunCommand } from '../output/rerun-command.js';
import { readResult } from '../output/read-result.js';
import type { RunResult } from '../result/run-result.js';
import { yamlOf } from '../scenario/scenario-file.js';
import { readGallery } from './gallery/gallery-file.js';
import type { RunReport } from './report.js';
import { readOwnScores, type ClientScores } from './scores/read-scores.js';
import { readTimeline, type Timeline } from './timeline/timeline.js';

const withoutIt = 'Run its scenario again, or remove the file: the report does without it.';

/**
 * All that a run's folder has for its report.
 * @param known what need not be read, or is not written yet
 * @throws FeddymemError (bad-input) when the folder holds no finished run, or a file of it is damaged
 */
export async function readRunReport(
  folder: string,
  known: { readonly result?: RunResult; readonly command?: string } = {},
): Promise<RunReport> {
  const result = known.result ?? (await readResult(folder));
  const text = (name: string) => readFile(join(folder, name), 'utf8').catch(() => null);
  const [settings, scores] = [await text('scenario.yaml'), await text('scores.csv')];
  const manifest = await readManifest(folder).catch(() => null);
  const forked = (manifest?.segments.length ?? 1) > 1;
  return {
    result,
    command: known.command ?? rerunCommand(folder, { forked }),
    settings: settingsIn(join(folder, 'scenario.yaml'), settings),
    provenance: provenanceOf(manifest),
    ...(scores !== null && { scores: scoresIn(join(folder, 'scores.csv'), scores) }),
    timeline: await timelineOf(folder, result),
    gallery: await readGallery(folder),
  };
}

/** @throws FeddymemError (bad-input) naming the file where it can't be made sense of */
function settingsIn(path: string, text: string | null): object {
  if (text === null) return {};
  const settings = yamlOf(path, text);
  if (typeof settings === 'object' && settings !== null) return settings;
  throw badInput(`${path} holds no settings`, withoutIt);
}

/** @throws FeddymemError (bad-input) naming the file where it can't be made sense of */
function scoresIn(path: string, text: string): ClientScores[] {
  try {
    return readOwnScores(text);
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, withoutIt, error);
  }
}

/** What the manifest adds; nothing where none can be read. */
function provenanceOf(manifest: Manifest | null): Record<string, string> {
  if (!manifest) return {};
  const { code, forkOf, modules = {} } = manifest;
  return {
    'Code (SHA-256)': code,
    ...(forkOf !== undefined && { 'Fork of': forkOf }),
    ...Object.fromEntries(Object.entries(modules).map(([path, hash]) => [`Module ${path}`, hash])),
  };
}

/** Null where there is no journal, or one that can't be read. */
async function timelineOf(folder: string, { clients }: RunResult): Promise<Timeline | null> {
  try {
    // Read by lines, for the journal of a long run is far larger than what is drawn of it.
    const file = await open(join(folder, 'journal.jsonl'));
    const ids = clients.map(({ id }) => id);
    return await readTimeline(entriesOf(file.readLines()), ids).finally(() => file.close());
  } catch {
    return null;
  }
}

async function* entriesOf(lines: AsyncIterable<string>): AsyncGenerator<Record<string, Json>> {
  for await (const line of lines) if (line !== '') yield JSON.parse(line) as Record<string, Json>;
}
