import { formatNumber, formatScore } from './format.js';
import { html, type Markup } from './html.js';
import type { AnyView, MetricColumn } from './views.js';

/** A table cell for one metric of a view: its figure, that it is not defined and why, or that nobody measured it. */
export function metricCell(view: AnyView, key: MetricColumn['key']): Markup {
  const value = view[key];
  if (value === undefined) return html`<td class="none" title="not part of this view">–</td>`;
  if (value === null) {
    const reason = view[`${key}Reason`];
    return html`<td class="none">not defined${reason ? html`<small>(${reason})</small>` : ''}</td>`;
  }
  const threshold = key === 'imageF1Max' ? view.imageF1MaxThreshold : undefined;
  const note = typeof threshold === 'number' && html` <i>at ${formatNumber(threshold)}</i>`;
  return html`<td>${formatScore(value)}${note}</td>`;
}
