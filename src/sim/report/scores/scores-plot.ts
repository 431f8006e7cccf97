import type { TopLevelSpec } from 'vega-lite';
import { plotInk, renderPlot } from '../render-plot.js';
import { binScores } from './bins.js';
import type { ClientScores } from './read-scores.js';

/** Many of these stand side by side. */
const width = 250;
const padding = { left: 34, right: 10, top: 20, bottom: 36 };
const height = 96;
const binCount = 24;
const fontSize = 11;

/** Normal images are cool, defective ones warm, as everywhere in the report. */
const normalInk = '#2b7bd0';
const defectiveInk = '#cf6a12';

/**
 * How a client's scores are spread: normal images upwards, defective ones downwards, so that neither hides the other.
 * @param threshold drawn as a dashed line, null for none
 */
export function scoreHistogram(scores: ClientScores, threshold: number | null): Promise<string> {
  const { bins, logarithmic } = binScores(scores, binCount);
  const bars = bins.flatMap(({ from, to, normal, defective }) => [
    { from, to, images: normal, kind: 'normal' },
    { from, to, images: -defective, kind: 'defective' },
  ]);
  const most = (pick: (bin: (typeof bins)[number]) => number) => Math.max(1, ...bins.map(pick));
  const [above, below] = [most(({ normal }) => normal), most(({ defective }) => defective)];
  const [low, high] = [bins[0]?.from ?? 0, bins.at(-1)?.to ?? 1];
  const x = {
    field: 'from',
    type: 'quantitative' as const,
    scale: {
      type: logarithmic ? ('log' as const) : ('linear' as const),
      domain: [Math.min(low, threshold ?? low), Math.max(high, threshold ?? high)],
      nice: false,
      ...(!logarithmic && { zero: false }),
    },
    axis: {
      title: logarithmic ? 'score (logarithmic)' : 'score',
      grid: false,
      tickCount: 4,
      labelFontSize: fontSize,
      titleFontSize: fontSize,
    },
  };
  const y = {
    field: 'images',
    type: 'quantitative' as const,
    scale: { domain: [-below * 1.1, above * 1.1], nice: false },
    axis: {
      title: null,
      values: [-below, 0, above],
      labelExpr: 'abs(datum.value)',
      labelFontSize: fontSize,
      domain: false,
      ticks: false,
      labelPadding: 6,
    },
  };
  const spec: TopLevelSpec = {
    description: 'Scores of normal images (upwards) and of defective ones (downwards)',
    width: width - padding.left - padding.right,
    height,
    autosize: { type: 'none' },
    padding,
    data: { values: bars },
    layer: [
      {
        transform: [{ filter: 'datum.images !== 0' }],
        mark: { type: 'rect', stroke: null },
        encoding: {
          x,
          x2: { field: 'to' },
          y,
          y2: { datum: 0 },
          color: {
            field: 'kind',
            type: 'nominal',
            scale: { domain: ['normal', 'defective'], range: [normalInk, defectiveInk] },
            legend: null,
          },
        },
      },
      {
        data: { values: [{}] },
        mark: { type: 'rule', aria: false, color: plotInk, opacity: 0.6 },
        encoding: { y: { datum: 0 } },
      },
      ...(threshold === null
        ? []
        : [
            {
              data: { values: [{ threshold }] },
              mark: { type: 'rule' as const, aria: false, strokeDash: [4, 3], color: plotInk },
              encoding: { x: { field: 'threshold', type: 'quantitative' as const } },
            },
          ]),
      heading,
    ],
  };
  return renderPlot(spec);
}

/** Outside the frame, where no bar is. */
const heading = {
  data: { values: [{}] },
  mark: {
    type: 'text' as const,
    aria: false,
    text: 'normal above · defective below',
    align: 'right' as const,
    fontSize,
    color: plotInk,
    x: { expr: 'width' },
    y: -9,
  },
  encoding: {},
};
