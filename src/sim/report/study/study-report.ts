import type { CellOutcome } from '../../study/run-study.js';
import { summarise, type SummaryRow } from '../../study/summary.js';
import { formatCount, formatScore, plural } from '../format.js';
import { html, type Markup } from '../html.js';
import { renderPage } from '../page.js';
import type { RenderedReport } from '../report.js';
import { figure } from '../sections.js';
import type { StudyReport } from './read-study.js';
import { drawStudyPlots } from './study-plots.js';
import { ablationTable, cellTable, summaryTable } from './study-tables.js';
import { rowLabel, valueText } from './text.js';

/** More cells make a page too heavy to open. */
const mostCells = 500;

/** Writes a study up as one HTML file that needs nothing else. Equal arguments give equal text. */
export async function renderStudyReport(report: StudyReport): Promise<RenderedReport> {
  const { study, cells, ablation } = report;
  const rows = summarise(cells);
  const plots = await drawStudyPlots(study, rows, ablation);
  const [broad, narrow] = [plots.filter((plot) => plot.broad), plots.filter((plot) => !plot.broad)];
  const draw = (plot: (typeof plots)[number]) => figure(plot.title, plot, html`${plot.caption}`, plot.broad);
  const body = html`${cards(report, rows)}
    <h2>Results</h2>
    ${ablation ? ablationTable(ablation.rows) : summaryTable(study, rows)}
    <p class="note">
      AUROC is the mean over clients; mean ± standard deviation over n
      seeds.${
        ablation &&
        html` To full: the difference over the same seeds and images, with its BCa bootstrap interval; p:
        Wilcoxon's signed-rank test over clients × seeds, after Holm.`
      }
    </p>
    ${failures(cells)} ${plots.length > 0 && html`<h2>Plots</h2>`} ${broad.map(draw)}
    ${narrow.length > 0 && html`<div class="plots">${narrow.map(draw)}</div>`} ${reproduce(report)}`;
  const page = renderPage({
    title: study.name,
    summary: sentence(report),
    kicker: `feddymem ${study.kind} · ${plural(study.cells.length, 'cell')}`,
    body,
  });
  return { page, plots: plots.map(({ name, svg }) => ({ name, svg })) };
}

const count = (cells: readonly CellOutcome[], state: CellOutcome['state']) =>
  cells.filter((cell) => cell.state === state).length;

function sentence({ study, cells }: StudyReport): string {
  const [failed, missing] = [count(cells, 'failed'), count(cells, 'elsewhere')];
  const axes = study.axes
    .map(({ name, values }) => `${name} (${plural(values.length, 'value')})`)
    .join(' × ');
  const rest = [
    failed > 0 && `${formatCount(failed)} failed`,
    missing > 0 && `${formatCount(missing)} not run`,
  ];
  const state = rest.filter((part) => part !== false).join(', ');
  return (
    `${axes || 'One point'} with ${plural(study.seeds.length, 'seed')}: ` +
    `${formatCount(count(cells, 'finished'))} of ${plural(cells.length, 'run')} finished${state && `; ${state}`}.`
  );
}

function cards({ study, cells }: StudyReport, rows: readonly SummaryRow[]): Markup {
  const names = study.axes.map(({ name }) => name);
  const best = (view: 'own' | 'global' | 'unseen') => {
    const defined = rows.filter((row) => row[view].mean !== null);
    if (defined.length === 0) return '';
    const top = defined.reduce((a, b) => (b[view].mean! > a[view].mean! ? b : a));
    return card(`Best mean AUROC, ${view}`, formatScore(top[view].mean), rowLabel(top.axes, names));
  };
  const finished = count(cells, 'finished');
  return html`<dl class="cards">
    ${best('own')} ${best('global')} ${best('unseen')}
    ${card('Finished', `${formatCount(finished)} of ${formatCount(cells.length)}`, 'runs')}
    ${card('Seeds', formatCount(study.seeds.length), study.seeds.slice(0, 8).join(', ') + (study.seeds.length > 8 ? ' …' : ''))}
  </dl>`;
}

function card(title: string, value: string, note: string): Markup {
  return html`<div>
    <dt>${title}</dt>
    <dd>${value}<small>${note}</small></dd>
  </div>`;
}

function failures(cells: readonly CellOutcome[]): Markup | '' {
  const failed = cells.filter((cell) => cell.state === 'failed');
  if (failed.length === 0) return '';
  return html`<h2>Failed</h2>
    <ul class="failed">
      ${failed.map(
        ({ cell, error }) =>
          html`<li>
            <code>${cell.id}</code>: ${error.message}${error.hint && html` <i>${error.hint}</i>`}
          </li>`,
      )}
    </ul>`;
}

/** Everything needed to get the same study again. */
function reproduce({ study, cells, command, code }: StudyReport): Markup {
  const first = cells.find((cell) => cell.state === 'finished');
  const facts: [name: string, value: string][] = [
    ['Scenario', study.scenario],
    ['Kind', study.kind],
    ...study.axes.map(({ name, values }): [string, string] => [name, values.map(valueText).join(', ')]),
    ['Seeds', study.seeds.join(', ')],
    ...Object.entries(first?.result.versions ?? {}),
    ...code.map((hash): [string, string] => ['Code (SHA-256)', hash]),
  ];
  return html`<h2>Run it again</h2>
    <pre class="command"><code>${command}</code></pre>
    <p class="note">
      ${
        study.command === undefined
          ? html`Runs the first cell; every cell's folder has its scenario.yaml.`
          : html`Only what is missing is computed; every cell's folder is a run folder.`
      }
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
      <summary>Cells</summary>
      ${cellTable(cells.slice(0, mostCells))}
      ${cells.length > mostCells && html`<p class="note">The first ${mostCells} of ${formatCount(cells.length)}.</p>`}
    </details>
    <details>
      <summary>Settings of the base scenario</summary>
      <pre><code>${JSON.stringify(study.base ?? null, null, 2)}</code></pre>
    </details>`;
}
