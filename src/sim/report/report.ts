import type { RunResult } from '../result/run-result.js';
import { formatCount } from './format.js';
import { html, trusted } from './html.js';
import { costSection, heatMapSection, plotSection, reproduceSection } from './sections.js';
import { style } from './style.js';
import { headlineCards, summarySentence } from './summary.js';
import { clientTable, headlineTable, mostClients } from './tables.js';

/** What a report shows beside the result itself. */
export interface ReportExtras {
  /** The command that runs this again. */
  readonly command: string;
  /** The contact sheet as a PNG, see {@link heatMapSheet}. */
  readonly heatMap?: Uint8Array;
  /** One caption for each row of the sheet, in its order. */
  readonly captions?: readonly string[];
  /** The settings with every default filled in. */
  readonly settings: object;
}

/** No address may be asked for anything: the file shows the same in ten years and on a train. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** Writes a run up as one HTML file that needs nothing else. Equal arguments give equal text. */
export async function renderReport(result: RunResult, extras: ReportExtras): Promise<string> {
  const { clients } = result;
  const summary = summarySentence(result);
  const { text } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="description" content="${summary}" />
        <title>${result.scenario} · feddymem</title>
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>
          <p class="kicker">
            feddymem simulation · method ${result.method} · engine ${result.engine} · seed ${result.seed}
          </p>
          <h1>${result.scenario}</h1>
          <p class="summary">${summary}</p>
          ${headlineCards(result)}
          <h2>Results</h2>
          ${headlineTable(result.mean)}
          <p class="note">
            Where a metric is not defined, the reason stands below; “–” marks one that the view does not have.
            Beside F1-max stands the score that reaches it.
          </p>
          <h2>Rounds and clients</h2>
          ${await plotSection(result)}
          <h2>Client by client</h2>
          ${clientTable(clients)}
          ${
            clients.length > mostClients &&
            html`<p class="note">
              The first ${mostClients} of ${formatCount(clients.length)} clients; result.json has them all.
            </p>`
          }
          ${extras.heatMap && heatMapSection(extras.heatMap, extras.captions ?? [])}
          <h2>Traffic and time</h2>
          ${costSection(result)} ${reproduceSection(result, extras.command, extras.settings)}
        </main>
      </body>
    </html> `;
  return text;
}
