import { Command } from 'commander';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { plural } from '../report/format.js';
import { readRunReport } from '../report/read-run.js';
import { renderReport } from '../report/report.js';
import { readStudyReport } from '../report/study/read-study.js';
import { renderStudyReport } from '../report/study/study-report.js';
import { reportFile, writeReport } from '../report/write-report.js';
import { studyFile } from '../study/study-file.js';

export function reportCommand(): Command {
  return new Command('report')
    .description('Write a run or a study up as one HTML file, with its plots as SVG and PNG beside it.')
    .argument('<folder>', 'of a finished run, or of a study')
    .option('--out <file>', 'where to write (default: report.html in the folder)')
    .addHelpText(
      'after',
      `
Plots go to a folder beside the file: plots/ for report.html, clients-plots/ for clients.html. Nothing in the file is
loaded from anywhere: it opens from disk.

Examples:
  $ feddymem report runs/demo-1
  $ feddymem report studies/clients --out clients.html`,
    )
    .action(report);
}

async function report(folder: string, { out = join(folder, reportFile) }: { out?: string }): Promise<void> {
  const isStudy = await access(join(folder, studyFile)).then(
    () => true,
    () => false,
  );
  const rendered = isStudy
    ? await renderStudyReport(await readStudyReport(folder))
    : await renderReport(await readRunReport(folder));
  const { page, plots, plotCount } = await writeReport(out, rendered);
  process.stdout.write(
    `wrote         ${page}\n` +
      (plotCount > 0 ? `              ${plots} (${plural(plotCount, 'plot')}, SVG and PNG)\n` : ''),
  );
}
