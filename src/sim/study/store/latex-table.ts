import { formatNumber, plural } from '../../report/format.js';
import { latexText } from './latex-text.js';
import { placeOf, summarise, type Observation, type Summary } from './summary.js';

/** A figure to be printed, and its value of every run. */
export interface TableMetric {
  /** What it is called. */
  readonly title: string;
  readonly better: 'higher' | 'lower';
  /** Scores in [0, 1] have three decimals, other figures four digits. */
  readonly isScore: boolean;
  readonly observations: readonly Observation[];
}

export interface TableLayout {
  /** The axis whose values are the rows, and these in order. */
  readonly rowAxis: string;
  readonly rows: readonly string[];
  /** Null: no axis across, `columns` is then one empty text. */
  readonly columnAxis: string | null;
  readonly columns: readonly string[];
  /** What else the caption has to say, a sentence each. */
  readonly notes: readonly string[];
}

/** A booktabs table of mean ± deviation, the best of each column in bold; with n in its caption. */
export function latexTable(layout: TableLayout, metrics: readonly TableMetric[]): string {
  const columns = layout.columns.flatMap((column) => metrics.map((metric) => ({ column, metric })));
  const printed = columns.map(({ column, metric }) => printColumn(layout.rows, column, metric));
  const body = layout.rows.map((row, at) => line([latexText(row), ...printed.map((cells) => cells[at])]));
  return [
    '% Needs \\usepackage{booktabs}.',
    '\\begin{table}',
    '  \\centering',
    `  \\caption{${caption(layout, metrics)}}`,
    `  \\begin{tabular}{l${'r'.repeat(columns.length)}}`,
    '    \\toprule',
    ...header(layout, metrics),
    '    \\midrule',
    ...body,
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
    '',
  ].join('\n');
}

/** A line for the values across, under their axis; one for the figures where there are several, or nothing across. */
function header({ rowAxis, columnAxis, columns }: TableLayout, metrics: readonly TableMetric[]): string[] {
  const titles = columns.flatMap(() => metrics.map(({ title }) => latexText(title)));
  if (columnAxis === null) return [line([latexText(rowAxis), ...titles])];
  const across = columns.map((value) => `${latexText(columnAxis)} = ${latexText(value)}`);
  if (metrics.length === 1) return [line([latexText(rowAxis), ...across])];
  const groups = across.map((text) => `\\multicolumn{${metrics.length}}{c}{${text}}`);
  const rules = columns.map((_, at) => {
    const first = 2 + at * metrics.length;
    return `\\cmidrule(lr){${first}-${first + metrics.length - 1}}`;
  });
  return [line(['', ...groups]), `    ${rules.join(' ')}`, line([latexText(rowAxis), ...titles])];
}

const line = (cells: readonly string[]) => `    ${rowStart(cells[0])}${cells.join(' & ')} \\\\`;

/** The line before ends with a command that would take a `[` or `*` for its own option. */
const rowStart = (first: string) => (/^\s*[[*]/.test(first) ? '{}' : '');

/** A column's cells; those that print the best mean are bold where there is something to be better than. */
function printColumn(rows: readonly string[], column: string, metric: TableMetric): string[] {
  const summaries = summarise(metric.observations);
  const found = rows.map((row) => summaries.get(placeOf(row, column)));
  const means = found.flatMap((summary) => (summary ? [summary.mean] : []));
  const best = metric.better === 'higher' ? Math.max(...means) : Math.min(...means);
  const bold = means.length > 1 ? printNumber(best, metric) : null;
  return found.map((summary) => (summary ? printSummary(summary, metric, bold) : '--'));
}

function printSummary({ mean, deviation }: Summary, metric: TableMetric, bold: string | null): string {
  const text = printNumber(mean, metric);
  const spread = deviation === null ? '' : ` $\\pm$ ${printNumber(deviation, metric)}`;
  return `${text === bold ? `\\textbf{${text}}` : text}${spread}`;
}

function printNumber(value: number, { isScore }: TableMetric): string {
  return isScore ? value.toFixed(3) : formatNumber(value);
}

function caption(layout: TableLayout, metrics: readonly TableMetric[]): string {
  const counts = metrics.flatMap(({ observations }) =>
    [...summarise(observations).values()].map(({ count }) => count),
  );
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const isSingle = counts.length > 0 && most === 1;
  const n = counts.length === 0 ? '0' : least === most ? String(least) : `${least}$ to $${most}`;
  const what = metrics.map(({ title }) => title).join(', ');
  const undefinedRuns = Math.max(
    ...metrics.map(({ observations }) => observations.filter(({ value }) => value === null).length),
  );
  const lowerBetter = metrics.filter(({ better }) => better === 'lower').map(({ title }) => title);
  return [
    latexText(
      `${what[0].toUpperCase()}${what.slice(1)}: ${isSingle ? 'one run' : 'mean ± standard deviation'}`,
    ) + ` by ${latexText(layout.rowAxis)}, $n = ${n}$ a cell.`,
    `Bold: the best of a column${lowerBetter.length > 0 ? latexText(` (lower is better: ${lowerBetter.join(', ')})`) : ''}.`,
    ...(undefinedRuns > 0
      ? [`${plural(undefinedRuns, 'run')} ${undefinedRuns === 1 ? 'has' : 'have'} no defined figure.`]
      : []),
    ...layout.notes.map(latexText),
  ].join(' ');
}
