import type { TopLevelSpec } from 'vega-lite';
import { formatScore } from '../format.js';
import { columnWidth, renderPlot } from '../render-plot.js';
import { fittedDomain } from '../rounds-plot.js';
import { seriesColours, seriesDashes, seriesShapes } from './series.js';

/** The mean over seeds at one value of an axis, and what one standard deviation around it reaches. */
export interface AxisPoint {
  readonly series: string;
  readonly value: number;
  readonly mean: number;
  readonly deviation: number | null;
}

const padding = { left: 56, right: 18, top: 12, bottom: 46 };
const height = 220;
const legendRow = 18;
const longestName = 44;
/** Values that grow like 1, 2, 4, 8, 16 would crowd at the start of a linear axis. */
const logarithmicFrom = 12;
/** Share of an axis left free at both ends, so that no mark lies on its line. */
const room = 0.06;

/** Image AUROC over a swept number: a line a series, bars of one standard deviation over seeds. */
export function aurocOverAxis(axis: string, points: readonly AxisPoint[]): Promise<string> {
  const series = [...new Set(points.map((point) => point.series))];
  const values = [...new Set(points.map(({ value }) => value))].sort((a, b) => a - b);
  const [first, last] = [values[0] ?? 0, values.at(-1) ?? 1];
  const logarithmic = first > 0 && last / first >= logarithmicFrom;
  // Side by side by a few pixels, so that no bar hides another.
  const shift = (name: string) => (series.indexOf(name) - (series.length - 1) / 2) * 0.013;
  const shifted = ({ value, series: name }: AxisPoint) =>
    logarithmic ? value * (last / first) ** shift(name) : value + (last - first || 1) * shift(name);
  const drawn = points.map((point) => ({
    ...point,
    at: shifted(point),
    number: series.indexOf(point.series),
    low: Math.max(0, point.mean - (point.deviation ?? 0)),
    high: Math.min(1, point.mean + (point.deviation ?? 0)),
  }));
  const domain = logarithmic
    ? [first * (first / last) ** room, last * (last / first) ** room]
    : [first - (last - first || 1) * room, last + (last - first || 1) * room];
  const [low, high] = fittedDomain(drawn.flatMap((point) => [point.low, point.high]));
  const x = {
    field: 'at',
    type: 'quantitative' as const,
    scale: {
      type: logarithmic ? ('log' as const) : ('linear' as const),
      domain,
      nice: false,
      ...(!logarithmic && { zero: false }),
    },
    axis: {
      title: logarithmic ? `${axis} (logarithmic)` : axis,
      grid: false,
      values: spaced(values, logarithmic),
      labelExpr: labelOf(values),
    },
  };
  const y = {
    field: 'mean',
    type: 'quantitative' as const,
    scale: { domain: [low, high], nice: false, zero: false },
    axis: {
      title: low > 0 ? `image AUROC (axis from ${formatScore(low)})` : 'image AUROC',
      titleX: -40,
      tickCount: 6,
      labelExpr: `datum.value === 0 ? '0' : replace(format(datum.value, '.${high - low > 0.1 ? 2 : 3}f'), /^0/, '')`,
    },
  };
  // One below the other: names of series are as long as they are.
  const legend = {
    direction: 'vertical' as const,
    columns: 1,
    legendX: 0,
    legendY: height + 50,
    labelExpr: `length(datum.label) > ${longestName} ? slice(datum.label, 0, ${longestName - 1}) + '…' : datum.label`,
  };
  const encoded = (range: readonly unknown[]) => ({
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: series, range: range.slice(0, series.length) as string[] },
    legend,
  });
  const colour = encoded(seriesColours);
  // A layer a series, for a dash that is encoded would also dash the legend's marks.
  const lines = series.map((_, number) => ({
    transform: [{ filter: `datum.number === ${number}` }],
    mark: { type: 'line' as const, strokeWidth: 2, strokeDash: [...seriesDashes[number]] },
    encoding: { x, y, color: colour },
  }));
  const spec: TopLevelSpec = {
    description: `Image AUROC over ${axis}`,
    width: columnWidth - padding.left - padding.right,
    height,
    autosize: { type: 'none' },
    padding: { ...padding, bottom: padding.bottom + 12 + legendRow * series.length },
    data: { values: drawn },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.deviation)' }],
        mark: { type: 'rule', strokeWidth: 1.4 },
        encoding: {
          x,
          y: { ...y, field: 'low' },
          y2: { field: 'high' },
          color: colour,
        },
      },
      ...lines,
      {
        mark: { type: 'point', filled: true, size: 60, opacity: 1 },
        encoding: { x, y, color: colour, shape: encoded(seriesShapes) },
      },
    ],
  };
  return renderPlot(spec);
}

/** The values that get a label: those that don't run into the one before. */
function spaced(values: readonly number[], logarithmic: boolean): number[] {
  const place = (value: number) => {
    const [first, last] = [values[0], values[values.length - 1]];
    if (first === last) return 0;
    return logarithmic ? Math.log(value / first) / Math.log(last / first) : (value - first) / (last - first);
  };
  let before = -1;
  return values.filter((value) => {
    const fits = place(value) - before >= 0.09;
    if (fits) before = place(value);
    return fits;
  });
}

/** Labels as the sweep's author wrote the values: 0.0003, not 3×10⁻⁴. */
function labelOf(values: readonly number[]): string {
  const cases = values.map((value) => `datum.value === ${value} ? '${value}' : `);
  return `${cases.join('')}''`;
}
