import type { TopLevelSpec } from 'vega-lite';
import type { ClientResult } from '../result/run-result.js';
import { formatScore } from './format.js';
import { plotFontSize, plotInk, columnWidth, renderPlot, viewColours } from './render-plot.js';
import { viewNames, viewsOf } from './views.js';

/** More clients than this make no plot to read: the weakest are shown. */
export const mostBars = 30;
/** Longer names are cut. */
const longestName = 18;
const padding = { right: 40, top: 34, bottom: 46 };

/** The clients of the bars: all, or the weakest on their own images when there are too many. */
export function clientsOfPlot(clients: readonly ClientResult[], most = mostBars): readonly ClientResult[] {
  if (clients.length <= most) return clients;
  const figure = ({ own, unseen }: ClientResult) => (own ?? unseen)?.imageAuroc ?? Infinity;
  // Infinity − Infinity is no order, so compare instead of subtracting.
  return clients
    .toSorted((a, b) => (figure(a) === figure(b) ? 0 : figure(a) < figure(b) ? -1 : 1))
    .slice(0, most);
}

/** Image AUROC of each client, a bar for each view, from 0. */
export function clientBars(clients: readonly ClientResult[]): Promise<string> {
  const bars = clients.flatMap((client) =>
    viewsOf(client).map(({ name, view }, slot) => ({
      client: client.id,
      view: name,
      slot,
      auroc: view.imageAuroc ?? null,
      label: typeof view.imageAuroc !== 'number' ? 'not defined' : formatScore(view.imageAuroc),
    })),
  );
  const shown = viewNames.filter((name) => bars.some((bar) => bar.view === name));
  const slots = Math.max(1, ...bars.map(({ slot }) => slot + 1));
  const thickness = clients.length > 12 ? 12 : 14;
  const nameLength = Math.min(longestName, Math.max(4, ...clients.map(({ id }) => [...id].length)));
  const left = 16 + Math.ceil(nameLength * plotFontSize * 0.58);

  const y = {
    field: 'client',
    type: 'nominal' as const,
    sort: null,
    scale: { paddingInner: 0.3, paddingOuter: 0.15 },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labelPadding: 8,
      labelExpr: `length(datum.label) > ${longestName} ? slice(datum.label, 0, ${longestName - 1}) + '…' : datum.label`,
    },
  };
  const yOffset = {
    field: 'slot',
    type: 'ordinal' as const,
    scale: { domain: Array.from({ length: slots }, (_, slot) => slot), paddingInner: 0.12 },
  };
  const x = {
    field: 'auroc',
    type: 'quantitative' as const,
    scale: { domain: [0, 1], nice: false },
    axis: {
      title: 'image AUROC',
      values: [0, 0.25, 0.5, 0.75, 1],
      labelExpr: "replace(format(datum.value, '.2~f'), /^0\\./, '.')",
    },
  };
  const spec: TopLevelSpec = {
    description: 'Image AUROC of each client',
    width: columnWidth - left - padding.right,
    height: Math.max(1, clients.length) * (thickness * slots + 8),
    autosize: { type: 'none' },
    padding: { left, ...padding },
    data: { values: bars },
    layer: [
      {
        // Square ends: rounded ones are clipped by paths whose names Vega counts up, so that no two reports are equal.
        mark: 'bar',
        encoding: {
          y,
          yOffset,
          x,
          color: {
            field: 'view',
            type: 'nominal',
            scale: { domain: shown, range: shown.map((name) => viewColours[name]) },
            legend: { legendX: 0, legendY: -30, symbolType: 'square' },
          },
        },
      },
      {
        transform: [{ calculate: 'isValid(datum.auroc) ? datum.auroc : 0', as: 'end' }],
        mark: {
          type: 'text',
          aria: false,
          align: 'left',
          baseline: 'middle',
          dx: 4,
          fontSize: thickness - 3,
          color: plotInk,
        },
        encoding: { y, yOffset, x: { field: 'end', type: 'quantitative' }, text: { field: 'label' } },
      },
      {
        data: { values: [{ chance: 0.5 }] },
        mark: { type: 'rule', aria: false, strokeDash: [3, 3], color: plotInk, opacity: 0.8 },
        encoding: { x: { field: 'chance', type: 'quantitative' } },
      },
    ],
  };
  return renderPlot(spec);
}
