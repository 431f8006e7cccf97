import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { svgToPng } from './png/svg-to-png.js';
import type { RenderedReport } from './report.js';

/** A report in the folder of what it is about. */
export const reportFile = 'report.html';
/** The folder of a report's plots, beside it. */
export const plotsFolder = 'plots';

/**
 * Writes a report's page, and each of its plots as SVG and PNG into plots/ beside it.
 * @returns what was written
 * @throws FeddymemError (bad-input) when it can't be written there
 */
export async function writeReport(
  path: string,
  { page, plots }: RenderedReport,
): Promise<{ readonly page: string; readonly plots: string; readonly plotCount: number }> {
  const folder = join(dirname(path), plotsFolder);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(path, page);
    for (const { name, svg } of plots) {
      await writeFile(join(folder, `${name}.svg`), svg);
      await writeFile(join(folder, `${name}.png`), await svgToPng(svg));
    }
  } catch (error) {
    throw badInput(`${path} can't be written: ${messageOf(error)}`, 'Choose another file with --out.', error);
  }
  return { page: path, plots: folder, plotCount: plots.length };
}

/** Plots of a run that is no longer there must not stand beside another's. */
export async function discardPlots(folder: string): Promise<void> {
  await rm(join(folder, plotsFolder), { recursive: true, force: true });
}
