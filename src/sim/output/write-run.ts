import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { heatMapSheet } from '../report/heat-map-sheet.js';
import { renderReport } from '../report/report.js';
import type { FinishedRun } from '../run/run-scenario.js';
import { memoryFile } from './memory-file.js';
import { scoresCsv } from './scores-csv.js';
import { sheetRows } from './sheet-rows.js';

/**
 * Writes everything about a finished run into its folder; result.json last, so that its presence means a whole run.
 * @param command the command that re-runs it
 * @returns the names of the files, most useful first
 */
export async function writeRun(folder: string, run: FinishedRun, command: string): Promise<string[]> {
  const write = (name: string, data: string | Uint8Array) => writeFile(join(folder, name), data);
  const rows = await sheetRows(run);
  const heatMap = rows.length > 0 ? await heatMapSheet(rows) : undefined;
  const report = await renderReport(run.result, {
    command,
    heatMap,
    captions: rows.map((row) => row.caption),
    settings: run.scenario,
  });
  await write('scenario.yaml', stringify(run.scenario));
  await write('scores.csv', scoresCsv(run));
  await write('memory.safetensors', memoryFile(run));
  if (heatMap) await write('heat-maps.png', heatMap);
  await write('report.html', report);
  await write('result.json', JSON.stringify(run.result, null, 2) + '\n');
  return [
    'report.html',
    'result.json',
    ...(heatMap ? ['heat-maps.png'] : []),
    'memory.safetensors',
    'scores.csv',
    'scenario.yaml',
    'journal.jsonl',
  ];
}
