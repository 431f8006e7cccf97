import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { writeNamed } from '../store/write-named.js';
import { svgToPng } from './png/svg-to-png.js';
import type { RenderedReport } from './report.js';

/** A report in the folder of what it is about. */
export const reportFile = 'report.html';
/** The folder of its plots, beside it. */
export const plotsFolder = 'plots';

/** The folder of a report's plots, beside it: one of its own for each report that the user has named. */
export function plotsBeside(report: string): string {
  const name = basename(report);
  return join(
    dirname(report),
    name === reportFile ? plotsFolder : `${basename(name, extname(name))}-${plotsFolder}`,
  );
}

/**
 * Writes a report's page, and each of its plots as SVG and PNG into a folder beside it, in place of those of an earlier
 * report.
 * @returns what was written
 * @throws FeddymemError (bad-input) when it can't be written there
 */
export async function writeReport(
  path: string,
  { page, plots }: RenderedReport,
): Promise<{ readonly page: string; readonly plots: string; readonly plotCount: number }> {
  const folder = plotsBeside(path);
  const write = (file: string, content: string | Uint8Array) =>
    writeNamed(file, content, 'Choose another file with --out.');
  await write(path, page);
  for (const { name, svg } of plots) {
    await write(join(folder, `${name}.svg`), svg);
    await write(join(folder, `${name}.png`), await svgToPng(svg));
  }
  await discardPlots(
    folder,
    plots.map(({ name }) => name),
  );
  return { page: path, plots: folder, plotCount: plots.length };
}

/**
 * Plots of a report that is no longer there must not stand beside another's. Other files stay.
 * @param kept names of plots that stay
 */
export async function discardPlots(folder: string, kept: readonly string[] = []): Promise<void> {
  const files = await readdir(folder).catch(() => []);
  const stale = files.filter((file) => isPlotFile(file) && !kept.includes(basename(file, extname(file))));
  for (const file of stale) await rm(join(folder, file), { force: true });
  if (stale.length === files.length) await rmdir(folder).catch(() => undefined);
}

/** Whether a report of a run or a study can have written a file of this name among its plots. */
export function isPlotFile(file: string): boolean {
  return /^(auroc(-over-(rounds|time|bytes)|-by-client)?|scores-\d+|messages|axis-\d+|ablation)\.(svg|png)$/.test(
    file,
  );
}
