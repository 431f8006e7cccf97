import { evaluatedOf } from '../report/evaluated.js';
import { formatScore } from '../report/format.js';
import type { RunResult, ViewMetrics } from '../result/run-result.js';

/** @param text what a command says on standard output, without its last line break */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/**
 * Columns of text.
 * @param sides where each column's text stands; left out: the first to the left, the others to the right
 */
export function table(
  rows: readonly (readonly string[])[],
  sides: readonly ('left' | 'right')[] = ['left'],
): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const cell = (text: string, column: number) =>
    sides[column] === 'left' ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

/** The table that ends a run: a line a client, then the means. */
export function clientTable(result: RunResult): string {
  const unseen = result.clients.some((client) => client.unseen);
  const pixels = result.clients.some((client) => (client.own ?? client.unseen)?.pixelAuroc !== undefined);
  const header = [
    'client',
    'train',
    'test',
    'own AUROC',
    ...(pixels ? ['pixel', 'AUPRO'] : []),
    'global AUROC',
  ];
  const cells = (own?: ViewMetrics, global?: { imageAuroc: number | null }, held?: ViewMetrics) => [
    own ? formatScore(own.imageAuroc) : '–',
    ...(pixels
      ? [formatScore((own ?? held)?.pixelAuroc ?? null), formatScore((own ?? held)?.aupro ?? null)]
      : []),
    global ? formatScore(global.imageAuroc) : '–',
    ...(unseen ? [held ? formatScore(held.imageAuroc) : '–'] : []),
  ];
  const { own, global, unseen: held } = result.mean;
  return table([
    [...header, ...(unseen ? ['unseen AUROC'] : [])],
    ...evaluatedOf(result).map((client) => [
      client.id,
      String(client.trainImages),
      String(client.testImages),
      ...cells(client.own, client.global, client.unseen),
    ]),
    ['mean', '', '', ...cells(own, global, held)],
  ]);
}
