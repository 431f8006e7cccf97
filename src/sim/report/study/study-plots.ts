import { formatScore, formatSignedScore } from '../format.js';
import { fittedDomain } from '../rounds-plot.js';
import type { Plot } from '../run-plots.js';
import type { AblationResult } from '../../ablation/ablation-result.js';
import type { SummaryRow } from '../../study/summary.js';
import type { Study } from '../../study/study-file.js';
import { aurocOverAxis, type AxisPoint } from './axis-plot.js';
import { intervalPlot, type IntervalRow, type PlottedInterval } from './interval-plot.js';
import { mostSeries } from './series.js';
import { rowLabel, spreadScore } from './text.js';

export interface TitledPlot extends Plot {
  readonly title: string;
  readonly caption: string;
  /** Wider than a phone: to be scrolled there. */
  readonly broad: boolean;
}

const views = ['own', 'global', 'unseen'] as const;
/** More rows than this are for the table. */
const mostRows = 40;

/** The plots that a study's axes ask for. */
export async function drawStudyPlots(
  study: Study,
  rows: readonly SummaryRow[],
  ablation: AblationResult | null,
): Promise<TitledPlot[]> {
  if (ablation) return forest(ablation);
  const swept = study.axes.filter(
    ({ values }) => values.filter((value) => typeof value === 'number').length > 1,
  );
  const lines: TitledPlot[] = [];
  for (const { name } of swept) lines.push(...(await linesOver(name, lines.length, study, rows)));
  return lines.length > 0 ? lines : dots(study, rows);
}

/** Lines over one numeric axis: in one plot where it is the only axis, else a plot a view and a line a combination. */
async function linesOver(
  axis: string,
  drawn: number,
  study: Study,
  rows: readonly SummaryRow[],
): Promise<TitledPlot[]> {
  const others = study.axes.map(({ name }) => name).filter((name) => name !== axis);
  const points = (view: (typeof views)[number], series: (row: SummaryRow) => string): AxisPoint[] =>
    rows.flatMap((row) => {
      const value = row.axes[axis];
      const { mean, deviation } = row[view];
      return typeof value === 'number' && mean !== null
        ? [{ series: series(row), value, mean, deviation }]
        : [];
    });
  const plot = async (title: string, found: readonly AxisPoint[]): Promise<TitledPlot[]> => {
    if (found.length === 0) return [];
    const all = [...new Set(found.map(({ series }) => series))];
    const shown = new Set(all.slice(0, mostSeries));
    const svg = await aurocOverAxis(
      axis,
      found.filter(({ series }) => shown.has(series)),
    );
    const rest = all.length - shown.size;
    return [
      {
        ...{ name: `axis-${drawn + plots.length + 1}`, svg, title, broad: false },
        caption:
          'Mean over seeds; bars reach one standard deviation.' +
          (rest > 0 ? ` ${rest} more lines are in the table only.` : ''),
      },
    ];
  };
  const plots: TitledPlot[] = [];
  if (others.length === 0)
    plots.push(
      ...(await plot(
        `AUROC over ${axis}`,
        views.flatMap((view) => points(view, () => view)),
      )),
    );
  else {
    for (const view of views)
      plots.push(
        ...(await plot(
          `AUROC (${view}) over ${axis}`,
          points(view, (row) => rowLabel(row.axes, others)),
        )),
      );
  }
  return plots;
}

/** Points of the axes below each other, with one standard deviation over seeds. */
async function dots(study: Study, rows: readonly SummaryRow[]): Promise<TitledPlot[]> {
  const names = study.axes.map(({ name }) => name);
  const found = rows.slice(0, mostRows).map((row): IntervalRow => ({
    label: rowLabel(row.axes, names),
    intervals: views.flatMap((view): PlottedInterval[] => {
      const { mean, deviation } = row[view];
      if (mean === null) return [];
      const [low, high] = [Math.max(0, mean - (deviation ?? 0)), Math.min(1, mean + (deviation ?? 0))];
      return [{ series: view, value: mean, low, high, text: spreadScore(row[view]), hollow: false }];
    }),
  }));
  const intervals = found.flatMap((row) => row.intervals);
  if (intervals.length === 0) return [];
  const shown = views.filter((view) => intervals.some(({ series }) => series === view));
  const domain = fittedDomain(intervals.flatMap(({ low, high }) => [low, high]));
  const title = domain[0] > 0 ? `image AUROC (axis from ${formatScore(domain[0])})` : 'image AUROC';
  return [
    {
      name: 'auroc',
      svg: await intervalPlot('Image AUROC', found, shown, { title, domain }),
      title: 'Image AUROC',
      caption:
        'Mean over seeds; bars reach one standard deviation.' +
        (rows.length > mostRows ? ` The first ${mostRows} of ${rows.length} rows.` : ''),
      broad: true,
    },
  ];
}

/** Differences to the full method with their bootstrap intervals. */
async function forest({ rows }: AblationResult): Promise<TitledPlot[]> {
  const compared = ['own', 'global'] as const;
  const found = rows.slice(1).map(({ variant, ...row }): IntervalRow => ({
    label: variant,
    intervals: compared.flatMap((view): PlottedInterval[] => {
      const { difference } = row[view];
      if (!difference) return [];
      const [low, high] = difference.bca;
      const text = `${formatSignedScore(difference.difference)} [${formatSignedScore(low)}, ${formatSignedScore(high)}]`;
      return [{ series: view, value: difference.difference, low, high, text, hollow: low <= 0 && high >= 0 }];
    }),
  }));
  const ends = found.flatMap(({ intervals }) => intervals.flatMap(({ low, high }) => [low, high]));
  if (ends.length === 0) return [];
  const margin = Math.max(0.005, (Math.max(0, ...ends) - Math.min(0, ...ends)) * 0.06);
  const domain = [Math.min(0, ...ends) - margin, Math.max(0, ...ends) + margin] as const;
  const axis = { title: 'AUROC less that of the full method', domain, reference: 0 };
  return [
    {
      name: 'ablation',
      svg: await intervalPlot('Differences in image AUROC to the full method', found, compared, axis),
      title: 'What each component is worth',
      caption:
        'Left of the line: worse than the full method. Bars are BCa bootstrap intervals (95 %) over images and ' +
        'seeds; hollow marks are differences whose interval holds 0.',
      broad: true,
    },
  ];
}
