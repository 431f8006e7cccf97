import type { RunResult } from '../result/run-result.js';
import { formatBytes, formatScore, formatSeconds, plural } from './format.js';
import { html, type Markup } from './html.js';
import { type AnyView, viewsOf } from './views.js';

/** The run in one sentence: who, what, and the mean figures. */
export function summarySentence({ mean, rounds, method, clients, evaluation }: RunResult): string {
  const { own, global, unseen } = mean;
  const heldOut = clients.filter((client) => client.heldOut).length;
  const parts: string[] = [];
  if (own) parts.push(`${figure(own)} on the clients’ own test images${worstOf(own)}`);
  if (global) parts.push(`${figure(global)} on the test images of all clients`);
  if (unseen) parts.push(`${figure(unseen)} for ${plural(heldOut, 'held-out client')}`);
  const sampled = evaluation !== undefined && evaluation.clients < evaluation.of;
  const start =
    `${plural(rounds.filter(({ round }) => round > 0).length, 'round')} of ${method} ` +
    `with ${plural(evaluation?.of ?? clients.length - heldOut, 'client')}` +
    (sampled ? `, of which a sample of ${evaluation.clients} was evaluated` : '');
  if (parts.length === 0) return `${start}; nothing was evaluated.`;
  const figures = [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
  return `After ${start}, mean image AUROC is ${figures}.`;
}

function figure({ imageAuroc = null, imageAurocReason: reason }: AnyView): string {
  if (imageAuroc !== null) return formatScore(imageAuroc);
  return reason ? `not defined (${reason})` : 'not defined';
}

function worstOf({ worstImageAuroc }: AnyView): string {
  return typeof worstImageAuroc === 'number' ? ` (worst client ${formatScore(worstImageAuroc)})` : '';
}

/** The figures a reader looks for first. */
export function headlineCards({ mean, bytes, rounds, wallSeconds }: RunResult): Markup {
  const worst = ({ worstImageAuroc: value }: AnyView) =>
    typeof value === 'number' ? `worst client ${formatScore(value)}` : 'mean over clients';
  const scores = viewsOf(mean).map(({ name, view }) =>
    scoreCard(`AUROC, ${name}`, view, 'imageAuroc', worst(view)),
  );
  const { own } = mean;
  const regions = own?.aupro !== undefined && scoreCard('AUPRO, own', own, 'aupro', 'mean over clients');
  const sent = bytes.up + bytes.down + bytes.once;
  const end = Math.max(0, ...rounds.map(({ virtualSeconds }) => virtualSeconds));
  return html`<dl class="cards">
    ${scores} ${regions} ${card('Sent in all', formatBytes(sent), 'up, down and once')}
    ${card('Virtual time', formatSeconds(end), `simulated in ${formatSeconds(wallSeconds.total)}`)}
  </dl>`;
}

function scoreCard(title: string, view: AnyView, key: 'imageAuroc' | 'aupro', note: string): Markup {
  const value = view[key] ?? null;
  if (value !== null) return card(title, formatScore(value), note);
  return html`<div>
    <dt>${title}</dt>
    <dd class="words">not defined<small>${view[`${key}Reason`]}</small></dd>
  </div>`;
}

function card(title: string, figure: string, note: string): Markup {
  return html`<div>
    <dt>${title}</dt>
    <dd>${figure}<small>${note}</small></dd>
  </div>`;
}
