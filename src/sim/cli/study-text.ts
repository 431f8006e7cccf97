import { formatCount, formatSeconds, plural } from '../report/format.js';
import type { StudyPlan } from '../study/plan-study.js';
import type { StudyOutcome } from '../study/run-study.js';
import type { storeStudy } from '../study/store-study.js';
import type { StudyCell } from '../study/study-file.js';

/** What running a study would do: a line a cell, then sums. @param describe what a cell's line says of it */
export function planText(
  folder: string,
  { cells, features }: StudyPlan,
  describe: (cell: StudyCell) => string = ({ id }) => id,
): string {
  const done = cells.filter(({ state }) => state === 'finished').length;
  return [
    ...cells.map(({ cell, state }) => `${state.padEnd(10)}  ${describe(cell)}`),
    '',
    `${plural(cells.length, 'cell')} in ${folder}, ${done} of them finished`,
    ...featureLines(features),
  ].join('\n');
}

function featureLines(features: StudyPlan['features']): string[] {
  if (features === null) return ['features of more than 20,000 images: not looked for'];
  const { images, cached } = features;
  if (images === 0) return [];
  return [`features of ${plural(images, 'image')} are needed; the cache has ${formatCount(cached)}`];
}

/** What was written. @param stored the study's database, or why there is none */
export function wroteLine(path: string, stored: Awaited<ReturnType<typeof storeStudy>>): string {
  return `wrote  ${'path' in stored ? `${path}, ${stored.path}` : `${path}; no database: ${stored.reason}`}\n`;
}

/**
 * What ends a study, below its table.
 * @param written what else was written than the cells
 * @param stored the study's database, or why there is none
 */
export function closingText(
  { cells, jobs, otherCode }: StudyOutcome,
  written: string,
  seconds: number,
  stored: Awaited<ReturnType<typeof storeStudy>>,
): string {
  const of = (state: string) => cells.filter((cell) => cell.state === state).length;
  const failed = cells.flatMap((cell) => (cell.state === 'failed' ? [cell] : []));
  const elsewhere = cells.flatMap((cell) => (cell.state === 'elsewhere' ? [cell] : []));
  const inUse = elsewhere.flatMap(({ reason }) => (reason === undefined ? [] : [reason]));
  const others = elsewhere.filter(({ reason }) => reason === undefined);
  return [
    `cells  ${of('finished')} finished` +
      (failed.length > 0 ? `, ${failed.length} failed` : '') +
      (others.length > 0 ? `, ${others.length} not of this part` : '') +
      (inUse.length > 0 ? `, ${inUse.length} run by other processes` : '') +
      `, in ${formatSeconds(seconds)}`,
    `jobs   ${jobs.computed} computed, ${jobs.reused} shared with other cells or earlier runs`,
    wroteLine(written, stored).trimEnd(),
    ...(otherCode > 0
      ? [
          `note   ${plural(otherCode, 'cell')} finished before by other code, libraries or modules: --force runs all again`,
        ]
      : []),
    ...failed.map(({ cell, error }) => `failed ${cell.id}: ${error.message}`),
    ...inUse.map((reason) => `note   ${reason}`),
    ...(failed.length > 0 ? ['The same command tries them again.'] : []),
    '',
  ].join('\n');
}
