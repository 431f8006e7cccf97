import type { RunResult, ViewMetrics } from '../result/run-result.js';

export function figure(value: number | null | undefined): string {
  return typeof value === 'number' ? value.toFixed(3) : 'n/a';
}

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} kB` : `${(count / 1e6).toFixed(2)} MB`;
}

export function seconds(count: number): string {
  return count < 120 ? `${count.toFixed(1)} s` : `${(count / 60).toFixed(1)} min`;
}

/** Columns of text, the first to the left, the others to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  '),
    )
    .join('\n');
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
    own ? figure(own.imageAuroc) : '–',
    ...(pixels ? [figure((own ?? held)?.pixelAuroc), figure((own ?? held)?.aupro)] : []),
    global ? figure(global.imageAuroc) : '–',
    ...(unseen ? [held ? figure(held.imageAuroc) : '–'] : []),
  ];
  const { own, global, unseen: held } = result.mean;
  return table([
    [...header, ...(unseen ? ['unseen AUROC'] : [])],
    ...result.clients.map((client) => [
      client.id,
      String(client.trainImages),
      String(client.testImages),
      ...cells(client.own, client.global, client.unseen),
    ]),
    ['mean', '', '', ...cells(own, global, held)],
  ]);
}
