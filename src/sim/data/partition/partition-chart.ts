import type { TopLevelSpec } from 'vega-lite';
import { plotFontSize, plotInk, plotWidth } from '../../report/render-plot.js';
import type { Part } from './pool.js';
import { partitionTable, type PartitionTable } from './statistics.js';

/** More clients than this have no room for a bar and a name. */
const mostBars = 60;
const longestName = 18;
const othersColour = '#a9afb8';
/** The report's three colours and nine more of middling lightness, for light and dark paper. */
const colours = [
  '#2b7bd0',
  '#cf6a12',
  '#17916b',
  '#b8578f',
  '#8b70d6',
  '#a88a00',
  '#2f9fb8',
  '#a5603c',
  '#6f9a2f',
  '#d0556a',
  '#5d7fa8',
  '#7f8f6a',
];
const columns = 3;
const legendRow = 16;

/** One category in the chart: a colour, and what it adds up from. */
interface Band {
  readonly name: string;
  readonly colour: string;
  readonly contents: readonly number[];
}

/** Training images of each client by category: a bar a client, or an area over all clients where there are many. */
export function partitionChart(parts: readonly Part[]): TopLevelSpec {
  const table = partitionTable(parts);
  const bands = bandsOf(table);
  return parts.length > mostBars ? areaChart(table, bands) : barChart(table, bands);
}

function barChart({ clients }: PartitionTable, bands: readonly Band[]): TopLevelSpec {
  const nameLength = Math.min(longestName, Math.max(4, ...clients.map(({ id }) => [...id].length)));
  const padding = {
    left: 16 + Math.ceil(nameLength * plotFontSize * 0.58),
    right: 40,
    top: top(bands),
    bottom: 46,
  };
  const y = {
    field: 'client',
    type: 'nominal' as const,
    sort: null,
    scale: { paddingInner: 0.25, paddingOuter: 0.15 },
    axis: {
      title: null,
      domain: false,
      ticks: false,
      labelPadding: 8,
      labelExpr: `length(datum.label) > ${longestName} ? slice(datum.label, 0, ${longestName - 1}) + '…' : datum.label`,
    },
  };
  const values = clients.flatMap((client) =>
    bands.map((band, order) => ({
      client: client.id,
      category: band.name,
      order,
      images: imagesOf(client, band),
    })),
  );
  return {
    description: 'Training images of each client by category',
    width: plotWidth - padding.left - padding.right,
    height: Math.max(1, clients.length) * 18,
    autosize: { type: 'none' },
    padding,
    data: { values },
    layer: [
      {
        transform: [{ filter: 'datum.images > 0' }],
        mark: 'bar',
        encoding: {
          y,
          x: { field: 'images', type: 'quantitative', stack: 'zero', axis: imagesAxis },
          color: colourOf(bands),
          order: { field: 'order', type: 'quantitative' },
        },
      },
      {
        data: { values: clients.map(({ id, train }) => ({ client: id, train })) },
        mark: {
          type: 'text',
          aria: false,
          align: 'left',
          baseline: 'middle',
          dx: 4,
          fontSize: plotFontSize - 1,
          color: plotInk,
        },
        encoding: { y, x: { field: 'train', type: 'quantitative' }, text: { field: 'train' } },
      },
    ],
  };
}

/** Clients lie side by side, those of one main category together and the largest first. */
function areaChart({ clients }: PartitionTable, bands: readonly Band[]): TopLevelSpec {
  const padding = { left: 56, right: 18, top: top(bands), bottom: 46 };
  const rows = clients.map((client, at) => {
    const largest = client.trainOf.indexOf(client.trainOf.reduce((most, count) => Math.max(most, count), 0));
    const main = bands.findIndex(({ contents }) => contents.includes(largest));
    return { at, main, train: client.train, counts: bands.map((band) => imagesOf(client, band)) };
  });
  const sorted = rows.sort((a, b) => a.main - b.main || b.train - a.train || a.at - b.at);
  // The last client is there twice: a step needs an end. Stacked here, everybody's main category at the bottom: an order
  // that differs between clients would make Vega cut a category's area into several.
  const values = [...sorted, ...sorted.slice(-1)].flatMap(({ counts, main }, rank) => {
    let height = 0;
    const stacked = new Map<number, { from: number; to: number }>();
    for (const band of [main, ...bands.keys()]) {
      if (band < 0 || stacked.has(band)) continue;
      stacked.set(band, { from: height, to: (height += counts[band]) });
    }
    return bands.map(({ name }, band) => ({ rank, category: name, ...stacked.get(band)! }));
  });
  return {
    description: 'Training images by category, client beside client',
    width: plotWidth - padding.left - padding.right,
    height: 220,
    autosize: { type: 'none' },
    padding,
    data: { values },
    mark: { type: 'area', interpolate: 'step-after' },
    encoding: {
      x: {
        field: 'rank',
        type: 'quantitative',
        scale: { domain: [0, clients.length], nice: false },
        axis: {
          title: `${clients.length} clients, by their main category and size`,
          grid: false,
          labels: false,
          ticks: false,
        },
      },
      y: { field: 'from', type: 'quantitative', stack: null, axis: imagesAxis },
      y2: { field: 'to' },
      color: colourOf(bands),
    },
  };
}

const imagesAxis = { title: 'training images', tickMinStep: 1, tickCount: 6, format: '~d' };

function colourOf(bands: readonly Band[]) {
  return {
    field: 'category',
    type: 'nominal' as const,
    scale: { domain: bands.map(({ name }) => name), range: bands.map(({ colour }) => colour) },
    legend: { legendX: 0, legendY: 8 - top(bands), symbolType: 'square', columns },
  };
}

/** The categories with most training images, and one band for all others together. */
function bandsOf({ contents, clients }: PartitionTable): Band[] {
  const several = new Set(contents.map(({ source }) => source)).size > 1;
  const images = contents.map((_, at) => clients.reduce((sum, { trainOf }) => sum + trainOf[at], 0));
  const order = contents.map((_, at) => at).filter((at) => images[at] > 0);
  order.sort((a, b) => images[b] - images[a] || a - b);
  const named = order.length > colours.length ? order.slice(0, colours.length - 1) : order;
  const others = order.slice(named.length);
  const bands = named.map((at, place): Band => {
    const { source, category } = contents[at];
    const name = several && source !== category ? `${source} ${category}` : category;
    return { name: shortened(name), colour: colours[place], contents: [at] };
  });
  if (others.length === 0) return distinct(bands);
  return distinct([...bands, { name: `${others.length} others`, colour: othersColour, contents: others }]);
}

/** Names that were cut to the same text would be one band to Vega. */
function distinct(bands: readonly Band[]): Band[] {
  const seen = new Map<string, number>();
  return bands.map((band) => {
    const count = (seen.get(band.name) ?? 0) + 1;
    seen.set(band.name, count);
    return count === 1 ? band : { ...band, name: `${band.name} (${count})` };
  });
}

function shortened(name: string): string {
  return [...name].length > longestName + 4 ? `${[...name].slice(0, longestName + 3).join('')}…` : name;
}

function imagesOf({ trainOf }: { readonly trainOf: readonly number[] }, { contents }: Band): number {
  return contents.reduce((sum, at) => sum + trainOf[at], 0);
}

/** Room for the legend's rows. */
function top(bands: readonly Band[]): number {
  return 20 + legendRow * Math.ceil(bands.length / columns);
}
