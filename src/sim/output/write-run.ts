import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { galleryFolder, writeGallery } from '../report/gallery/gallery-file.js';
import { makeGallery } from '../report/gallery/make-gallery.js';
import { heatMapSheet } from '../report/heat-map-sheet.js';
import { readRunReport } from '../report/read-run.js';
import { renderReport } from '../report/report.js';
import { discardPlots, plotsFolder } from '../report/write-report.js';
import type { FinishedRun } from '../run/run-scenario.js';
import { memoryFile } from './memory-file.js';
import { scoresCsv } from './scores-csv.js';
import { sheetRows } from './sheet-rows.js';
import { traceFile, writeTrace } from './trace-file.js';

/** `figures`: no pictures, no report and no memory, as for one cell of many; all that can be made again. */
export type WrittenFiles = 'all' | 'figures';

/**
 * Writes everything about a finished run into its folder; result.json last, so that its presence means a whole run.
 * @param command the command that re-runs it
 * @returns the names of the files, most useful first
 */
export async function writeRun(
  folder: string,
  run: FinishedRun,
  command: string,
  files: WrittenFiles = 'all',
): Promise<string[]> {
  if (run.profile) await writeTrace(folder, run.profile.trace);
  const profiled = run.profile ? [traceFile] : [];
  const write = (name: string, data: string | Uint8Array) => writeFile(join(folder, name), data);
  if (files === 'figures') {
    await write('scenario.yaml', stringify(run.scenario));
    await write('scores.csv', scoresCsv(run));
    await writeResult(folder, run);
    return ['result.json', 'scores.csv', 'scenario.yaml', 'journal.jsonl', ...profiled];
  }
  const rows = await sheetRows(run);
  const gallery = await makeGallery(
    run,
    rows.map(({ caption }) => caption),
  );
  const heatMap = rows.length > 0 ? await heatMapSheet(rows) : undefined;
  await write('scenario.yaml', stringify(run.scenario));
  await write('scores.csv', scoresCsv(run));
  await write('memory.safetensors', memoryFile(run));
  if (heatMap) await write('heat-maps.png', heatMap);
  await writeGallery(folder, gallery);
  await discardPlots(join(folder, plotsFolder));
  // From the folder, as feddymem report makes it again.
  const report = await renderReport(await readRunReport(folder, { result: run.result, command }));
  await write('report.html', report.page);
  await writeResult(folder, run);
  return [
    'report.html',
    'result.json',
    ...(heatMap ? ['heat-maps.png'] : []),
    ...(gallery.clients.length > 0 ? [galleryFolder] : []),
    'memory.safetensors',
    'scores.csv',
    'scenario.yaml',
    'journal.jsonl',
    ...profiled,
  ];
}

/** Whole or not at all: whoever finds the file takes the run for finished. */
async function writeResult(folder: string, { result }: FinishedRun): Promise<void> {
  const path = join(folder, 'result.json');
  await writeFile(`${path}.tmp`, JSON.stringify(result, null, 2) + '\n');
  await rename(`${path}.tmp`, path);
}
