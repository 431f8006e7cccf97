import type { TopLevelSpec } from 'vega-lite';
import { plotFontSize, plotInk, renderPlot } from '../render-plot.js';
import { seriesColours, seriesShapes } from './series.js';

/** A value with the interval around it. */
export interface PlottedInterval {
  readonly series: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** What stands to the right of it. */
  readonly text: string;
  /** Drawn hollow, such as a difference that may be none. */
  readonly hollow: boolean;
}

export interface IntervalRow {
  readonly label: string;
  readonly intervals: readonly PlottedInterval[];
}

export interface IntervalAxis {
  readonly title: string;
  readonly domain: readonly [low: number, high: number];
  /** Where a dashed line stands. */
  readonly reference?: number;
}

const width = 760;
const longestLabel = 34;
const lineHeight = 17;
const characterWidth = plotFontSize * 0.58;

/** Rows of values with their intervals, a line for each series: a forest plot, where they are differences. */
export function intervalPlot(
  description: string,
  rows: readonly IntervalRow[],
  series: readonly string[],
  { title, domain, reference }: IntervalAxis,
): Promise<string> {
  const rowHeight = series.length * lineHeight + 12;
  const values = rows.flatMap(({ intervals }, row) =>
    intervals.map((interval) => ({
      ...interval,
      at: row * rowHeight + 6 + (series.indexOf(interval.series) + 0.5) * lineHeight,
    })),
  );
  const labels = rows.map(({ label }, row) => ({ label: shortened(label), at: (row + 0.5) * rowHeight }));
  const longest = (texts: readonly string[]) => Math.max(4, ...texts.map((text) => [...text].length));
  const padding = {
    left: 18 + Math.ceil(longest(labels.map(({ label }) => label)) * characterWidth),
    right: 18 + Math.ceil(longest(values.map(({ text }) => text)) * characterWidth),
    top: 34,
    bottom: 46,
  };
  const height = Math.max(1, rows.length) * rowHeight;
  const x = {
    field: 'value',
    type: 'quantitative' as const,
    scale: { domain: [...domain], nice: false, zero: false },
    axis: {
      title,
      tickCount: 6,
      labelExpr: "replace(replace(format(datum.value, '.3~f'), /^0\\./, '.'), /^([-−])0\\./, '$1.')",
    },
  };
  const y = {
    field: 'at',
    type: 'quantitative' as const,
    scale: { domain: [height, 0], nice: false, zero: false },
    axis: null,
  };
  const colour = {
    field: 'series',
    type: 'nominal' as const,
    scale: { domain: [...series], range: seriesColours.slice(0, series.length) },
    legend: { legendX: 0, legendY: -32, symbolOpacity: 1 },
  };
  const shape = { ...colour, scale: { domain: [...series], range: seriesShapes.slice(0, series.length) } };
  const points = (hollow: boolean) => ({
    transform: [{ filter: hollow ? 'datum.hollow' : '!datum.hollow' }],
    mark: {
      type: 'point' as const,
      size: hollow ? 60 : 90,
      opacity: 1,
      strokeWidth: 1.6,
      ...(!hollow && { filled: true }),
    },
    encoding: { x, y, color: colour, shape },
  });
  const spec: TopLevelSpec = {
    description,
    width: width - padding.left - padding.right,
    height,
    autosize: { type: 'none' },
    padding,
    data: { values },
    layer: [
      {
        data: { values: rows.slice(1).map((_, row) => ({ at: (row + 1) * rowHeight })) },
        mark: { type: 'rule', aria: false, color: plotInk, opacity: 0.2 },
        encoding: { y },
      },
      {
        data: { values: labels },
        mark: { type: 'text', aria: false, align: 'right', baseline: 'middle', x: -10, color: plotInk },
        encoding: { y, text: { field: 'label' } },
      },
      ...(reference === undefined
        ? []
        : [
            {
              data: { values: [{ value: reference }] },
              mark: { type: 'rule' as const, aria: false, strokeDash: [4, 3], color: plotInk },
              encoding: { x },
            },
          ]),
      {
        mark: { type: 'rule', strokeWidth: 1.8 },
        encoding: { x: { ...x, field: 'low' }, x2: { field: 'high' }, y, color: colour },
      },
      points(false),
      points(true),
      {
        mark: {
          type: 'text',
          aria: false,
          align: 'left',
          baseline: 'middle',
          x: { expr: 'width + 10' },
          color: plotInk,
        },
        encoding: { y, text: { field: 'text' } },
      },
    ],
  };
  return renderPlot(spec);
}

function shortened(label: string): string {
  const characters = [...label];
  return characters.length <= longestLabel ? label : `${characters.slice(0, longestLabel - 1).join('')}…`;
}
