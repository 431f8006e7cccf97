import { badInput } from '../../../base/errors.js';
import type { AxisColumn } from './axis-columns.js';
import { snakeCase, type ColumnInfo, type StoredTable } from './column.js';
import { identifier } from './database.js';
import { latexTable, type TableMetric } from './latex-table.js';
import type { PlainValue } from './plain-values.js';
import { queryStore, type Row } from './query-store.js';
import type { StudySource } from './study-source.js';

export interface LatexWishes {
  /** An axis of the study, or a column of `runs`; left out: the first axis, of a run its method. */
  readonly rows?: string;
  readonly columns?: string;
  /** As result.json names them, such as `own.imageAuroc` or `bytes.up`, or by their column. */
  readonly metrics: readonly string[];
  /** An SQL condition on `runs`. */
  readonly where?: string;
}

/**
 * A table of mean ± deviation over all finished runs that share a row and a column.
 * @throws FeddymemError (bad-input) for an axis, metric or condition that `runs` doesn't know
 */
export async function exportLatex(
  storePath: string,
  study: StudySource,
  runs: StoredTable,
  { rows, columns, metrics, where = 'true' }: LatexWishes,
): Promise<string> {
  const down = findAxis(rows ?? study.axes.at(0)?.axis ?? 'method', '--rows', study, runs);
  const across = columns === undefined ? null : findAxis(columns, '--columns', study, runs);
  const chosen = metrics.map((name) => findMetric(name, runs));
  const others = study.axes.filter(({ column }) => column !== down.column && column !== across?.column);
  const found = await allRows(
    storePath,
    `SELECT state, ${[down, ...(across ? [across] : []), ...others, ...chosen.map(asColumn)]
      .map(({ column }) => identifier(column))
      .join(', ')} FROM runs WHERE (${where}\n) ORDER BY rowid`,
  );
  const finished = found.filter(([state]) => state === 'finished');
  if (finished.length === 0)
    throw badInput('no finished run is left for the table', 'Look at: select run, state, error from runs');

  const rowOf = (row: Row) => text(row[1]);
  const columnOf = (row: Row) => (across ? text(row[2]) : '');
  const firstOther = across ? 3 : 2;
  const pooled = others.filter(
    (_, at) => distinct(finished.map((row) => text(row[firstOther + at]))).length > 1,
  );
  const firstMetric = firstOther + others.length;
  const tableMetrics = chosen.map((column, at): TableMetric => ({
    title: column.title ?? column.name,
    better: column.better ?? 'higher',
    isScore: column.unit === undefined,
    observations: finished.map((row) => ({
      row: rowOf(row),
      column: columnOf(row),
      value: row[firstMetric + at] as number | null,
    })),
  }));
  const left = found.length - finished.length;
  return latexTable(
    {
      rowAxis: down.axis,
      rows: inOrder(distinct(finished.map(rowOf)), down),
      columnAxis: across?.axis ?? null,
      columns: across ? inOrder(distinct(finished.map(columnOf)), across) : [''],
      notes: [
        ...(pooled.length > 0 ? [`Pooled over ${pooled.map(({ axis }) => axis).join(', ')}.`] : []),
        ...(left > 0 ? [`Left out: ${left} of ${found.length} runs, not finished.`] : []),
      ],
    },
    tableMetrics,
  );
}

type Axis = Pick<AxisColumn, 'axis' | 'column' | 'values'>;

function findAxis(name: string, option: string, study: StudySource, runs: StoredTable): Axis {
  const axis = study.axes.find((known) => known.axis === name || known.column === name);
  if (axis) return axis;
  if (runs.columns.some((column) => column.name === name)) return { axis: name, column: name, values: [] };
  const known = study.axes.map((each) => each.axis);
  throw badInput(
    `${option} ${name} is neither an axis of the study nor a column of runs`,
    known.length > 0 ? `Axes are ${known.join(', ')}.` : 'A single run has no axes: use --rows method.',
  );
}

/** `own.imageAuroc` → own_image_auroc. */
function findMetric(name: string, runs: StoredTable): ColumnInfo {
  const column = name.split('.').map(snakeCase).join('_');
  const known = runs.columns.filter(({ better }) => better !== undefined);
  const found = known.find((each) => each.name === column);
  if (found) return found;
  throw badInput(
    `--metric ${name} is no figure of a run`,
    `Choose from ${known.map((each) => each.name).join(', ')}.`,
  );
}

const asColumn = ({ name }: ColumnInfo) => ({ column: name });

async function allRows(storePath: string, sql: string): Promise<Row[]> {
  return queryStore(storePath, sql, async ({ batches }) => {
    const rows: Row[] = [];
    for await (const batch of batches) rows.push(...batch);
    return rows;
  });
}

const distinct = (values: readonly string[]) => [...new Set(values)];

/** The study's order; values that it does not name come last, in the order of the runs. */
function inOrder(values: readonly string[], { values: named }: Axis): string[] {
  const known = named.map((value) => text(value));
  return [
    ...known.filter((value) => values.includes(value)),
    ...values.filter((value) => !known.includes(value)),
  ];
}

const text = (value: PlainValue): string =>
  value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value);
