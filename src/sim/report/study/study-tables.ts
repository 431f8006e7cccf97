import type { AblationRow, ViewComparison } from '../../ablation/compare-variants.js';
import type { CellOutcome } from '../../study/run-study.js';
import type { MeanAndDeviation } from '../../statistics/mean-deviation.js';
import type { Study } from '../../study/study-file.js';
import type { SummaryRow } from '../../study/summary.js';
import { formatBytes, formatScore, formatSignedScore } from '../format.js';
import { html, type Markup } from '../html.js';
import { table } from '../tables.js';
import { spreadScore, valueText } from './text.js';

/** Mean ± standard deviation over n seeds, a row for each point of the axes. */
export function summaryTable({ axes }: Pick<Study, 'axes'>, rows: readonly SummaryRow[]): Markup {
  const views = (['own', 'global', 'unseen'] as const).filter((view) => rows.some((row) => row[view].n > 0));
  const head = html`${axes.map(({ name }) => html`<th class="left">${name}</th>`)}
    <th>n</th>
    ${views.map((view) => html`<th>AUROC, ${view}</th>`)}
    <th>Bytes a round</th>`;
  const body = rows.map(
    (row) =>
      html`<tr>
        ${axes.map(({ name }, at) =>
          at === 0
            ? html`<th scope="row"><span class="id">${valueText(row.axes[name])}</span></th>`
            : html`<td class="left"><span class="id">${valueText(row.axes[name])}</span></td>`,
        )}
        <td>${row.finished}${row.failed > 0 && html`<small>${row.failed} failed</small>`}</td>
        ${views.map((view) => meanCell(row[view], row.finished))}
        <td>${formatBytes(row.bytesPerRound.mean)}</td>
      </tr>`,
  );
  return table(head, body, kindOf(rows));
}

/** Says its own n where it is not that of its row. */
function meanCell(figure: MeanAndDeviation, n: number): Markup {
  const other = figure.n > 0 && figure.n !== n;
  return html`<td>${spreadScore(figure)}${other && html`<small>n = ${figure.n}</small>`}</td>`;
}

/** More rows than these scroll inside the page. */
const shortRows = 25;
const kindOf = (rows: readonly unknown[]) => `dense ${rows.length > shortRows ? 'tall' : ''}`;

/** Every variant with its difference to the full method. */
export function ablationTable(rows: readonly AblationRow[]): Markup {
  const head = html`<th>Variant</th>
    <th>n</th>
    ${(['own', 'global'] as const).map(
      (view) =>
        html`<th>AUROC, ${view}</th>
          <th>To full [95 %]</th>
          <th>p</th>`,
    )}
    <th>Bytes a round</th>`;
  const body = rows.map(
    ({ variant, changes, own, global, bytesPerRound }) =>
      html`<tr>
        <th scope="row"><span class="id">${variant}</span><small>${changes.join(' ')}</small></th>
        <td>${own.imageAuroc.n}</td>
        ${comparison(own, own.imageAuroc.n)}${comparison(global, own.imageAuroc.n)}
        <td>${formatBytes(bytesPerRound.mean)}</td>
      </tr>`,
  );
  return table(head, body, kindOf(rows));
}

function comparison({ imageAuroc, difference, test, reason }: ViewComparison, n: number): Markup {
  const mean = meanCell(imageAuroc, n);
  if (!difference)
    return html`${mean}
      <td class="none" colspan="2">${reason === undefined ? '–' : html`<small>${reason}</small>`}</td>`;
  const [middle, low, high] = [difference.difference, ...difference.bca].map((value) =>
    formatSignedScore(value),
  );
  return html`${mean}
    <td>${middle} <i>[${low}, ${high}]</i></td>
    <td>${test ? (test.pHolm < 0.001 ? '<.001' : formatScore(test.pHolm)) : '–'}</td>`;
}

/** Every cell: what became of it. */
export function cellTable(cells: readonly CellOutcome[]): Markup {
  const head = html`<th>Cell</th>
    <th>Seed</th>
    <th>AUROC, own</th>
    <th>AUROC, global</th>
    <th class="left">Journal</th>`;
  const body = cells.map((outcome) => {
    const start = html`<th scope="row"><span class="id">${outcome.cell.id}</span></th>
      <td>${outcome.cell.seed}</td>`;
    if (outcome.state !== 'finished')
      return html`<tr>
        ${start}
        <td class="left none" colspan="3">
          ${outcome.state === 'failed' ? html`failed: ${outcome.error.message}` : 'not run'}
        </td>
      </tr>`;
    const { mean, journalDigest } = outcome.result;
    return html`<tr>
      ${start}
      <td>${formatScore(mean.own?.imageAuroc ?? null)}</td>
      <td>${formatScore(mean.global?.imageAuroc ?? null)}</td>
      <td class="left"><code>${journalDigest.slice(0, 16)}</code></td>
    </tr>`;
  });
  return table(head, body, 'tall');
}
