import { formatBytes, formatScore } from '../report/format.js';
import { viewNames, type ViewName } from '../report/views.js';
import { meanAndDeviation, type MeanAndDeviation } from '../statistics/mean-deviation.js';
import type { Measured } from './figures.js';
import { aurocOf, byFederation, meanOverFederations, valuesOf, type Value, type Values } from './values.js';
import { codeOf } from './wording.js';

/** What stands for a figure that no run has given. */
export const nothing = '–';

/** A table in Markdown. The first column is text, the others are numbers. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join(
    '\n',
  );
}

/** The columns of bytes. */
const byteFields = ['bytesPerRound', 'bytesTotal', 'bytesToShare'] as const;

interface FederationRow {
  readonly name: string;
  readonly views: Readonly<Record<ViewName, MeanAndDeviation>>;
  readonly cells: readonly string[];
}

/**
 * Rows of one federation, the best on own images first.
 * @param names rows in the order of the plan, which decides between equal ones
 */
export function federationTable(
  figures: readonly Measured[],
  federation: string,
  names: readonly string[],
  seeds: number,
): string {
  const here = figures.filter((figure) => figure.federation === federation);
  const values = Object.fromEntries(viewNames.map((view) => [view, aurocOf(here, view)])) as Record<
    ViewName,
    Values
  >;
  const tests = here.filter(({ pass }) => pass === 'test');
  const rows = names.map((name): FederationRow => {
    const views = Object.fromEntries(
      viewNames.map((view) => [
        view,
        meanAndDeviation((values[view].get(name) ?? []).map(({ value }) => value)),
      ]),
    ) as Record<ViewName, MeanAndDeviation>;
    const mine = tests.filter(({ row }) => row === name);
    return { name, views, cells: [...bytesCells(mine), countCell(mine.length, seeds)] };
  });
  const sorted = rows.toSorted((a, b) => (b.views.own.mean ?? -1) - (a.views.own.mean ?? -1));
  const best = bestOf(sorted.map(({ views }) => views));
  return markdownTable(
    ['', ...viewNames, 'bytes a round', 'in all', 'to 99 %', 'seeds'],
    sorted.map(({ name, views, cells }) => [
      codeOf(name),
      ...viewNames.map((view) => spreadCell(views[view], views[view].mean === best[view])),
      ...cells,
    ]),
  );
}

/** Means over federations, each of which counts the same; the best on own images first. */
export function summaryTable(
  figures: readonly Measured[],
  names: readonly string[],
  federations: number,
): string {
  const values = viewNames.map((view) => aurocOf(figures, view));
  const tests = figures.filter(({ pass }) => pass === 'test');
  const most = values.map((view) => Math.max(0, ...[...view.values()].map(federationCount)));
  const bytes = byteFields.map((field) => valuesOf(tests, (figure) => figure[field]));
  const rows = names.map((name) => ({
    name,
    means: values.map((view) => meanOverFederations(view.get(name) ?? [])),
    counts: values.map((view) => federationCount(view.get(name) ?? [])),
    bytes: bytes.map((of) => meanOverFederations(of.get(name) ?? [])),
  }));
  // Where a row lacks federations, its mean is of others than the mean of its neighbours.
  const best = viewNames.map((_, view) =>
    Math.max(...rows.map((row) => (row.counts[view] === most[view] ? (row.means[view] ?? -1) : -1))),
  );
  const sorted = rows.toSorted((a, b) => (b.means[0] ?? -1) - (a.means[0] ?? -1));
  return markdownTable(
    ['', ...viewNames, 'bytes a round', 'in all', 'to 99 %', 'federations'],
    sorted.map(({ name, means, counts, bytes }) => [
      codeOf(name),
      ...means.map((mean, view) => {
        if (mean === null) return nothing;
        const few = counts[view] < most[view] ? ` (${counts[view]})` : '';
        return emphasised(formatScore(mean), mean === best[view] && few === '') + few;
      }),
      ...bytes.map((value) => (value === null ? nothing : formatBytes(value))),
      countCell(counts[0], federations),
    ]),
  );
}

function federationCount(values: readonly Value[]): number {
  return byFederation(values).size;
}

function bytesCells(mine: readonly Measured[]): string[] {
  return byteFields.map((field) => {
    const { mean } = meanAndDeviation(mine.map((figure) => figure[field]));
    return mean === null ? nothing : formatBytes(mean);
  });
}

function countCell(count: number, all: number): string {
  return count === all ? String(count) : `${count} of ${all}`;
}

/** The highest mean of each view. */
function bestOf(rows: readonly Readonly<Record<ViewName, MeanAndDeviation>>[]): Record<ViewName, number> {
  return Object.fromEntries(
    viewNames.map((view) => [view, Math.max(...rows.map((row) => row[view].mean ?? -1))]),
  ) as Record<ViewName, number>;
}

function spreadCell({ n, mean, deviation }: MeanAndDeviation, bold: boolean): string {
  if (mean === null || n === 0) return nothing;
  const score = emphasised(formatScore(mean), bold);
  return deviation === null ? score : `${score} ± ${formatScore(deviation)}`;
}

function emphasised(text: string, bold: boolean): string {
  return bold ? `**${text}**` : text;
}
