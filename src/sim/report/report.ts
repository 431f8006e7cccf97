import type { RunResult } from '../result/run-result.js';
import { formatCount } from './format.js';
import { gallerySection } from './gallery/gallery-section.js';
import type { Gallery } from './gallery/gallery-file.js';
import { html } from './html.js';
import { renderPage } from './page.js';
import { drawRunPlots, type Plot } from './run-plots.js';
import type { ClientScores } from './scores/read-scores.js';
import { costSection, messageSection, plotSection, reproduceSection, scoreSection } from './sections.js';
import { headlineCards, summarySentence } from './summary.js';
import { categoryTable, clientTable, headlineTable, mostClients } from './tables.js';
import type { Timeline } from './timeline/timeline.js';

/** All that a run's report is made of. What is missing is left out of it. */
export interface RunReport {
  readonly result: RunResult;
  /** The command that runs this again. */
  readonly command: string;
  /** The settings with every default filled in. */
  readonly settings: object;
  /** Further facts of the manifest, such as the hash of the code. */
  readonly provenance?: Readonly<Record<string, string>>;
  readonly scores?: readonly ClientScores[];
  readonly timeline?: Timeline | null;
  readonly gallery?: Gallery;
}

/** A report as one HTML file, and its plots by themselves. */
export interface RenderedReport {
  readonly page: string;
  readonly plots: readonly Plot[];
}

/** Writes a run up as one HTML file that needs nothing else. Equal arguments give equal text. */
export async function renderReport(report: RunReport): Promise<RenderedReport> {
  const { result, command, settings, provenance, gallery } = report;
  const { clients } = result;
  const plots = await drawRunPlots(report);
  const categories = categoryTable(result.categories);
  const body = html`${headlineCards(result)}
    <h2>Results</h2>
    ${headlineTable(result.mean)}
    <p class="note">
      Where a metric is not defined, the reason stands below; “–” marks one that the view does not have.
      Beside F1-max stands the score that reaches it.
    </p>
    <h2>Rounds and clients</h2>
    ${plotSection(plots, clients.length)}
    ${plots.scores.length > 0 && scoreSection(plots.scores, clients.length)}
    ${plots.timeline && report.timeline && messageSection(plots.timeline, report.timeline)}
    <h2>Client by client</h2>
    ${clientTable(clients)}
    ${
      clients.length > mostClients &&
      html`<p class="note">
        The first ${mostClients} of ${formatCount(clients.length)} clients; result.json has them all.
      </p>`
    }
    ${
      categories &&
      html`<h2>Category by category</h2>
        ${categories}`
    }
    ${gallery && gallery.clients.length > 0 && gallerySection(gallery, clients.length)}
    <h2>Traffic and time</h2>
    ${costSection(result)} ${reproduceSection(result, command, settings, provenance)}`;
  const page = renderPage({
    title: result.scenario,
    summary: summarySentence(result),
    kicker: `feddymem simulation · method ${result.method} · engine ${result.engine} · seed ${result.seed}${result.split === 'validation' ? ' · validation split' : ''}`,
    body,
  });
  return { page, plots: plots.all };
}
