import type { TopLevelSpec } from 'vega-lite';
import type { RoundResult } from '../result/run-result.js';
import { formatScore } from './format.js';
import { plotFontSize, plotInk, columnWidth, renderPlot, viewColours, viewDashes } from './render-plot.js';
import { byteUnit, timeUnit } from './units.js';

const views = ['own', 'global'] as const;
const padding = { left: 58, right: 18, top: 34, bottom: 46 };
const height = 300;
/** More rounds than this and the points would hide the line. */
const mostPoints = 60;
/** The least span of the y-axis: a finer one would blow noise up into a story. */
const leastSpan = 0.05;

/** What AUROC is drawn over. Bytes: all that was sent up to the end of the round. */
export type RoundsAxis = 'round' | 'virtual time' | 'bytes sent';

/**
 * Mean image AUROC after each round, a line for each view. Undefined rounds are gaps.
 * @param bytesBefore what was sent before the rounds
 */
export function aurocOverRounds(
  rounds: readonly RoundResult[],
  axis: RoundsAxis = 'round',
  bytesBefore = 0,
): Promise<string> {
  const { positions, title } = positionsOf(rounds, axis, bytesBefore);
  const points = rounds.flatMap((round, at) =>
    views.flatMap((view) => {
      const figure = round[view];
      return figure ? [{ round: positions[at], view, auroc: figure.imageAuroc }] : [];
    }),
  );
  const values = points.flatMap(({ auroc }) => (auroc === null ? [] : [auroc]));
  const domain = fittedDomain(values);
  const [first, last] = positions.length ? [Math.min(...positions), Math.max(...positions)] : [0, 1];
  const counted = axis === 'round';
  const edge = Math.max(counted ? 0.3 : 1e-9, (last - first) * 0.02);
  const shown = views.filter((view) => points.some((point) => point.view === view));

  const decimals = domain[1] - domain[0] > 0.1 ? 2 : 3;
  const axisTitle = domain[0] > 0 ? `image AUROC (axis from ${formatScore(domain[0])})` : 'image AUROC';
  const x = {
    field: 'round',
    type: 'quantitative' as const,
    scale: { domain: [first - edge, last + edge], nice: false, zero: false },
    axis: { title, grid: false, tickCount: 10, ...(counted && { tickMinStep: 1, format: 'd' }) },
  };
  const y = {
    field: 'auroc',
    type: 'quantitative' as const,
    scale: { domain, nice: false, zero: false },
    axis: {
      title: axisTitle,
      titleX: -44,
      tickCount: 6,
      labelExpr: `datum.value === 0 ? '0' : replace(format(datum.value, '.${decimals}f'), /^0/, '')`,
    },
  };
  const colour = {
    field: 'view',
    type: 'nominal' as const,
    scale: { domain: shown, range: shown.map((view) => viewColours[view]) },
    legend: { legendX: 0, legendY: -30 },
  };
  const shape = {
    field: 'view',
    type: 'nominal' as const,
    scale: { domain: shown, range: shown.map((view) => (view === 'own' ? 'circle' : 'diamond')) },
  };
  // A layer a view, for a dash that is encoded would also dash the legend's marks.
  const lines = shown.map((view) => ({
    transform: [{ filter: `datum.view === '${view}'` }],
    mark: { type: 'line' as const, strokeWidth: 2, strokeDash: viewDashes[view] },
    encoding: { x, y, color: colour },
  }));
  const spec: TopLevelSpec = {
    description: `Mean image AUROC over ${axis}`,
    width: columnWidth - padding.left - padding.right,
    height: height - padding.top - padding.bottom,
    autosize: { type: 'none' },
    padding,
    data: { values: points },
    layer: [
      ...lines,
      {
        // A round alone between gaps has no line, so few rounds or many, some points are always drawn.
        transform: [{ filter: 'isValid(datum.auroc)' }],
        mark: { type: 'point', filled: true, size: rounds.length > mostPoints ? 12 : 55, opacity: 1 },
        encoding: { x, y, color: colour, shape },
      },
      ...(values.length === 0 ? [notDefined] : []),
    ],
  };
  return renderPlot(spec);
}

/** Where each round stands, and what the axis is called. */
function positionsOf(rounds: readonly RoundResult[], axis: RoundsAxis, bytesBefore: number) {
  if (axis === 'round') return { positions: rounds.map(({ round }) => round), title: 'round' };
  let bytes = bytesBefore;
  const time = axis === 'virtual time';
  const positions = rounds.map(({ bytesUp, bytesDown, virtualSeconds }) =>
    time ? virtualSeconds : (bytes += bytesUp + bytesDown),
  );
  const unit = (time ? timeUnit : byteUnit)(Math.max(0, ...positions));
  const title = time ? `virtual time in ${unit.name}` : `${unit.name} sent`;
  return { positions: positions.map((position) => position / unit.size), title };
}

const notDefined = {
  data: { values: [{}] },
  mark: {
    type: 'text' as const,
    text: 'image AUROC is not defined in any round',
    color: plotInk,
    fontSize: plotFontSize,
    x: { expr: 'width / 2' },
    y: { expr: 'height / 2' },
  },
  encoding: {},
};

/** A y-domain around the values, on round numbers, within [0, 1]. Nothing to show has the whole range. */
export function fittedDomain(values: readonly number[]): [low: number, high: number] {
  if (values.length === 0) return [0, 1];
  const lowest = Math.min(...values);
  const highest = Math.max(...values);
  const margin = Math.max((highest - lowest) * 0.08, (leastSpan - (highest - lowest)) / 2);
  const step = highest - lowest > 0.3 ? 0.1 : 0.01;
  const low = Math.floor((lowest - margin) / step + 1e-9) * step;
  const high = Math.ceil((highest + margin) / step - 1e-9) * step;
  return [Math.max(0, tidy(low)), Math.min(1, tidy(high))];
}

/** Takes off what binary fractions add: 0.7000000000000001 is 0.7. */
function tidy(value: number): number {
  return Number(value.toFixed(4));
}
