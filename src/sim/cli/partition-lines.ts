import type { PartitionTable } from '../data/partition/statistics.js';
import { formatCount, formatScore } from '../report/format.js';
import { table } from './table.js';

/** More columns than this don't fit a terminal: the contents with most images are shown, and the rest together. */
const mostColumns = 6;
/** Rows of a federation of many clients that are printed from either end. */
const mostRows = 40;

/** Who holds what, as text: a line a client, then how far they are from alike. */
export function partitionLines({ contents, clients, skew }: PartitionTable): string {
  const sources = new Set(contents.map(({ source }) => source));
  const nameOf = ({ source, category }: PartitionTable['contents'][number]) => {
    if (sources.size === 1) return category;
    return contents.filter((other) => other.source === source).length === 1
      ? source
      : `${source}/${category}`;
  };
  const totals = contents.map((_, at) => clients.reduce((sum, { trainOf }) => sum + trainOf[at], 0));
  const bySize = contents.map((_, at) => at).sort((a, b) => totals[b] - totals[a] || a - b);
  const shown =
    contents.length > 1 ? bySize.slice(0, contents.length > mostColumns ? mostColumns - 1 : mostColumns) : [];
  const rest = contents.length > 1 ? bySize.slice(shown.length) : [];
  const rows = clients.map(({ id, train, testGood, testDefective, trainOf }) => [
    id,
    ...[train, testGood, testDefective, ...shown.map((at) => trainOf[at])].map(formatCount),
    ...(rest.length > 0 ? [formatCount(rest.reduce((sum, at) => sum + trainOf[at], 0))] : []),
  ]);
  const header = [
    'client',
    'train',
    'test good',
    'defective',
    ...shown.map((at) => nameOf(contents[at])),
    ...(rest.length > 0 ? [`${rest.length} others`] : []),
  ];
  const { content, quantity } = skew;
  const lines = [
    table([header, ...(rows.length > mostRows ? rows.slice(0, mostRows) : rows)]),
    ...(rows.length > mostRows ? [`… and ${formatCount(rows.length - mostRows)} more clients`] : []),
    '',
    `quantity skew  ${formatCount(quantity.smallest)} to ${formatCount(quantity.largest)} training images, ` +
      `coefficient of variation ${quantity.variation.toFixed(2)}, Gini ${quantity.gini.toFixed(2)}`,
  ];
  if (contents.length > 1 && content.mean !== null) {
    lines.push(
      `content skew   Jensen–Shannon distance to all: mean ${formatScore(content.mean)}, largest ${formatScore(content.largest)}` +
        (content.pairs === null ? '' : `; between clients ${formatScore(content.pairs)}`),
    );
  }
  return lines.join('\n');
}
