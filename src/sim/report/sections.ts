import type { RunResult } from '../result/run-result.js';
import { formatBytes, formatCount, formatNumber, formatSeconds } from './format.js';
import { html, type Markup, trusted } from './html.js';
import { mostBars } from './clients-plot.js';
import type { Plot, RunPlots } from './run-plots.js';
import { roundTable } from './tables.js';
import type { Timeline } from './timeline/timeline.js';

/** The plots beside one another: AUROC over rounds and what they cost, and by client. */
export function plotSection({ rounds, clients, time, bytes }: RunPlots, clientCount: number): Markup {
  const choice =
    clientCount > mostBars && html` The ${mostBars} weakest of ${formatCount(clientCount)} clients.`;
  return html`<div class="plots">
    ${figure(
      'Mean image AUROC after each round',
      rounds,
      rounds
        ? html`Mean over clients. The axis is fitted to the curves and need not start at 0; a gap is a round
          whose AUROC is not defined.`
        : html`No round was evaluated on its own.`,
    )}
    ${figure('Image AUROC by client', clients, html`The dashed line is chance (.5).${choice}`)}
    ${time && figure('… over virtual time', time)}
    ${
      bytes &&
      figure(
        '… over bytes',
        bytes,
        html`Both ways and over all clients, with what each client exchanges once.`,
      )
    }
  </div>`;
}

/** A plot with its title and what has to be said about it. A broad one is scrolled where the page is narrow. */
export function figure(title: string, plot: Plot | null, caption?: Markup, broad = false): Markup {
  return html`<figure class="${broad && 'broad'}">
    <h3>${title}</h3>
    ${plot && (broad ? html`<div class="drawing" tabindex="0">${trusted(plot.svg)}</div>` : trusted(plot.svg))}
    ${caption && html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}

/** How the scores of each client's own test images are spread. */
export function scoreSection(plots: RunPlots['scores'], clientCount: number): Markup {
  return html`<h2>Scores</h2>
    <div class="plots small">${plots.map((plot) => figure(plot.client, plot))}</div>
    <p class="note">
      Own test images by score: normal ones upwards, defective ones downwards. The dashed line is the score
      that reaches the best
      F1.${plots.length < clientCount && html` The ${plots.length} weakest of ${formatCount(clientCount)} clients.`}
    </p>`;
}

/** Who sent what to whom, and when. */
export function messageSection(plot: Plot, { clients, clientCount, cutAfterRound }: Timeline): Markup {
  return html`<h2>Messages</h2>
    ${figure(
      'Messages and work over virtual time',
      plot,
      html`Wider: more bytes. × is a message lost or a client going down. Dotted: the end of a
      round.${
        clients.length < clientCount &&
        html` ${clients.length} of ${formatCount(clientCount)} clients, evenly chosen.`
      }${cutAfterRound !== null && html` Rounds up to ${cutAfterRound}; later ones would hide each other.`}
      journal.jsonl has every event.`,
      true,
    )}`;
}

/** What was sent and how long it took. */
export function costSection({ bytes, joules, rounds, virtualSeconds, wallSeconds }: RunResult): Markup {
  const traffic = (name: string, count: number, note: string) =>
    html`<dt>${name}</dt>
      <dd>${formatBytes(count)} <span class="note">(${formatCount(count)} bytes, ${note})</span></dd>`;
  return html`<dl class="facts">
      ${traffic('Up', bytes.up, 'clients to server, all rounds')}
      ${traffic('Down', bytes.down, 'server to clients, all rounds')}
      ${traffic('Once', bytes.once, 'once for every client: alignment')}
      <dt>Virtual time</dt>
      <dd>
        ${formatSeconds(virtualSeconds)}
        <span class="note">(of the simulated federation)</span>
      </dd>
      ${
        joules > 0 &&
        html`<dt>Energy</dt>
          <dd>
            ${formatNumber(joules)} J <span class="note">(of the clients' computing and sending)</span>
          </dd>`
      }
      <dt>Real time</dt>
      <dd>
        ${formatSeconds(wallSeconds.total)}
        <span class="note">
          (features ${formatSeconds(wallSeconds.features)}, training ${formatSeconds(wallSeconds.training)},
          scoring ${formatSeconds(wallSeconds.scoring)})
        </span>
      </dd>
    </dl>
    ${
      rounds.length > 0 &&
      html`<details>
        <summary>Round by round</summary>
        ${roundTable(rounds)}
      </details>`
    }`;
}

/** Everything needed to get the same run again. */
export function reproduceSection(
  result: RunResult,
  command: string,
  settings: object,
  provenance: Readonly<Record<string, string>> = {},
): Markup {
  const facts: [name: string, value: string][] = [
    ['Scenario', result.scenario],
    ['Seed', String(result.seed)],
    ['Method', result.method],
    ['Engine', result.engine],
    ...Object.entries(result.versions),
    ...Object.entries(provenance),
  ];
  return html`<h2>Run it again</h2>
    <pre class="command"><code>${command}</code></pre>
    <p class="note">
      The same seed gives the same journal, whose digest is <code>${result.journalDigest}</code>.
    </p>
    <h2>Provenance</h2>
    <dl class="facts">
      ${facts.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <details>
      <summary>Resolved settings</summary>
      <pre><code>${JSON.stringify(settings, null, 2)}</code></pre>
    </details>`;
}
