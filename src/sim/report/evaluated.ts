import type { ClientResult, RunResult } from '../result/run-result.js';
import { formatCount } from './format.js';
import { html, type Markup } from './html.js';

/** The clients to show figures of: all, or those of the sample that was evaluated and those held out. */
export function evaluatedOf({ clients, evaluation }: RunResult): readonly ClientResult[] {
  return evaluation ? clients.filter(({ own, unseen }) => own ?? unseen) : clients;
}

/** What a reader has to know of the figures of a sample; nothing where all clients were evaluated. */
export function sampleNote({ evaluation }: RunResult): Markup | null {
  if (!evaluation || evaluation.clients === evaluation.of) return null;
  return html`<p class="note">
    Figures are those of a seeded sample: ${formatCount(evaluation.clients)} of the
    ${formatCount(evaluation.of)} clients that take part finished and were evaluated; “all clients” are these.
  </p>`;
}
