import type { RunResult } from '../result/run-result.js';
import { formatBytes, formatCount, formatNumber, formatSeconds } from './format.js';
import { html, type Markup, trusted } from './html.js';
import { aurocOverRounds, clientBars, clientsOfPlot } from './plots.js';
import { roundTable } from './tables.js';

/** The plots beside one another: AUROC over rounds, and by client. */
export async function plotSection({ rounds, clients, bytes }: RunResult): Promise<Markup> {
  const plotted = clientsOfPlot(clients);
  const choice =
    plotted.length < clients.length &&
    html` The ${plotted.length} weakest of ${formatCount(clients.length)} clients.`;
  const evaluated = rounds.some(({ own, global }) => own !== undefined || global !== undefined);
  const overRounds = evaluated
    ? trusted(await aurocOverRounds(rounds))
    : html`<p class="note">No round was evaluated on its own.</p>`;
  return html`<div class="plots">
    <figure>
      <h3>Mean image AUROC after each round</h3>
      ${overRounds}
      <figcaption>
        Mean over clients. The axis is fitted to the curves and need not start at 0; a gap is a round whose
        AUROC is not defined.
      </figcaption>
    </figure>
    <figure>
      <h3>Image AUROC by client</h3>
      ${trusted(await clientBars(plotted))}
      <figcaption>The dashed line is chance (.5).${choice}</figcaption>
    </figure>
    ${evaluated && (await costPlots(rounds, bytes.once))}
  </div>`;
}

/** What AUROC costs: the same curve over time and over bytes. */
async function costPlots(rounds: RunResult['rounds'], bytesBefore: number): Promise<Markup> {
  return html`<figure>
      <h3>… over virtual time</h3>
      ${trusted(await aurocOverRounds(rounds, 'virtual time in seconds'))}
    </figure>
    <figure>
      <h3>… over bytes</h3>
      ${trusted(await aurocOverRounds(rounds, 'megabytes sent', bytesBefore))}
      <figcaption>Both ways and over all clients, with what each client exchanges once.</figcaption>
    </figure>`;
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

/** The contact sheet of anomaly maps, with its key and captions. */
export function heatMapSection(png: Uint8Array, captions: readonly string[]): Markup {
  // Up to six rows stand in one column and would be blown up on a wide screen.
  const narrow = captions.length > 0 && captions.length <= 6 ? 'narrow' : '';
  const data = Buffer.from(png).toString('base64');
  return html`<h2>Anomaly maps</h2>
    <figure>
      <div class="sheet ${narrow}" tabindex="0">
        <img src="data:image/png;base64,${data}" alt="Test images with their anomaly maps and true masks" />
      </div>
      <figcaption class="wide">
        <div class="key">
          <span>Each row: input · anomaly map · true mask</span>
          <span><i class="swatch defective"></i>defective</span>
          <span><i class="swatch good"></i>good</span>
          <span>low<i class="ramp"></i>high</span>
          <span><i class="swatch unknown"></i>no mask (hatched)</span>
        </div>
      </figcaption>
      ${
        captions.length > 0 &&
        html`<ol class="captions">
          ${captions.map((text) => html`<li>${text}</li>`)}
        </ol>`
      }
    </figure>`;
}

/** Everything needed to get the same run again. */
export function reproduceSection(result: RunResult, command: string, settings: object): Markup {
  const facts: [name: string, value: string][] = [
    ['Scenario', result.scenario],
    ['Seed', String(result.seed)],
    ['Method', result.method],
    ['Engine', result.engine],
    ...Object.entries(result.versions),
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
