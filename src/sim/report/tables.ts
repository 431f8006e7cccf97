import type { CategoryResult, ClientResult, RoundResult, RunResult } from '../result/run-result.js';
import { formatBytes, formatCount, formatNumber, formatScore, formatSeconds } from './format.js';
import { html, type Markup } from './html.js';
import { metricCell } from './metric-cell.js';
import { columnsOf, type MetricColumn, viewNotes, viewsOf } from './views.js';

/** More clients than this would make a page too heavy to open; the rest are in result.json. */
export const mostClients = 500;

/** Views × metrics: the means over clients. */
export function headlineTable(mean: RunResult['mean']): Markup {
  const views = viewsOf(mean);
  if (views.length === 0) return html`<p class="note">Nothing was evaluated.</p>`;
  const columns = columnsOf(views.map(({ view }) => view));
  const rows = views.map(
    ({ name, view }) =>
      html`<tr>
        <th scope="row">${name}<small>${viewNotes[name]}</small></th>
        ${columns.map(({ key }) => metricCell(view, key))}
      </tr>`,
  );
  return table(
    html`<th>Mean over clients</th>
      ${titles(columns)}`,
    rows,
  );
}

/** Client by client, a line for each of its views. */
export function clientTable(clients: readonly ClientResult[]): Markup {
  const shown = clients.slice(0, mostClients);
  const columns = columnsOf(shown.flatMap((client) => viewsOf(client).map(({ view }) => view)));
  const head = html`<th>Client</th>
    <th>Train</th>
    <th>Test</th>
    <th class="left">View</th>
    ${titles(columns)}`;
  return table(
    head,
    shown.map((client) => clientRows(client, columns)),
    'tall',
  );
}

function clientRows(client: ClientResult, columns: readonly MetricColumn[]): Markup {
  const views = viewsOf(client);
  const span = Math.max(1, views.length);
  const lead = html`<th scope="rowgroup" rowspan="${span}">
      <span class="id">${client.id}</span>${client.heldOut && html`<small>held out</small>`}
    </th>
    <td rowspan="${span}">${formatCount(client.trainImages)}</td>
    <td rowspan="${span}">${formatCount(client.testImages)}</td>`;
  if (views.length === 0)
    return html`<tr>
      ${lead}
      <td class="none left" colspan="${columns.length + 1}">not evaluated</td>
    </tr>`;
  return html`${views.map(
    ({ name, view }, index) =>
      html`<tr class="${index > 0 ? 'more' : ''}">
        ${index === 0 && lead}
        <td class="left">${name}</td>
        ${columns.map(({ key }) => metricCell(view, key))}
      </tr>`,
  )}`;
}

/** Category by category, a line for each view; none where all images show one. */
export function categoryTable(categories: readonly CategoryResult[]): Markup | null {
  if (categories.length < 2) return null;
  const columns = columnsOf(categories.flatMap((category) => viewsOf(category).map(({ view }) => view)));
  const rows = categories.flatMap((category) =>
    viewsOf(category).map(
      ({ name, view }, index) =>
        html`<tr class="${index > 0 ? 'more' : ''}">
          ${
            index === 0 &&
            html`<th scope="rowgroup" rowspan="${viewsOf(category).length}">
                <span class="id">${category.category}</span><small>${category.source}</small>
              </th>
              <td rowspan="${viewsOf(category).length}">${formatCount(category.testImages)}</td>`
          }
          <td class="left">${name}</td>
          <td>${formatCount(category[name]!.detectors)}</td>
          ${columns.map(({ key }) => metricCell(view, key))}
        </tr>`,
    ),
  );
  const head = html`<th>Category</th>
    <th>Test</th>
    <th class="left">View</th>
    <th>Detectors</th>
    ${titles(columns)}`;
  return table(head, rows, 'tall');
}

/** What happened in each round. */
export function roundTable(rounds: readonly RoundResult[]): Markup {
  const auroc = (figure: { imageAuroc: number | null } | undefined) => {
    if (!figure) return html`<td class="none">–</td>`;
    if (figure.imageAuroc === null) return html`<td class="none">not defined</td>`;
    return html`<td>${formatScore(figure.imageAuroc)}</td>`;
  };
  const rows = rounds.map(
    (round) =>
      html`<tr>
        <th scope="row">${round.round}</th>
        ${auroc(round.own)}${auroc(round.global)}
        <td>${formatNumber(round.loss)}</td>
        <td>${formatBytes(round.bytesUp)}</td>
        <td>${formatBytes(round.bytesDown)}</td>
        <td>${formatSeconds(round.virtualSeconds)}</td>
        <td>${participation(round)}</td>
      </tr>`,
  );
  return table(
    html`<th>Round</th>
      <th>Own AUROC</th>
      <th>Global AUROC</th>
      <th>Mean loss</th>
      <th>Up</th>
      <th>Down</th>
      <th>Virtual time</th>
      <th>Uploads</th>`,
    rows,
    'tall',
  );
}

/** Uploads accepted of clients asked, and what else became of some. */
function participation({ invited, accepted, refused, late, abandoned }: RoundResult): string {
  const others = [
    refused > 0 && `${refused} refused`,
    late > 0 && `${late} late`,
    abandoned !== undefined && `abandoned: ${abandoned}`,
  ].filter((part) => part !== false);
  return [`${accepted} of ${invited}`, ...others].join(', ');
}

function titles(columns: readonly MetricColumn[]): Markup[] {
  return columns.map(({ title }) => html`<th scope="col">${title}</th>`);
}

/** A table that is scrolled where the page is too narrow. */
export function table(head: Markup, rows: readonly Markup[], kind = ''): Markup {
  return html`<div class="scroll ${kind}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${head}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}
