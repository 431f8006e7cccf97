import { table } from '../cli/table.js';
import { formatBytes, formatScore, formatSignedScore, notAvailable, plural } from '../report/format.js';
import type { MeanAndDeviation } from '../statistics/mean-deviation.js';
import type { AblationResult } from './ablation-result.js';
import type { AblationRow, ViewComparison } from './compare-variants.js';
import type { PlannedAxis } from './plan.js';

/** The ablation table, what its figures are, and what failed. */
export function renderAblation({ seeds, rows }: AblationResult): string {
  const header = (view: string) => [`${view} AUROC`, 'to full [95 %]', 'p (Holm)'];
  const body = rows.map((row) => [
    row.variant,
    ...viewCells(row.own),
    ...viewCells(row.global),
    formatBytes(row.bytesPerRound.mean),
  ]);
  const lines = table([['variant', ...header('own'), ...header('global'), 'bytes a round'], ...body]);
  return [
    lines,
    'AUROC: mean over clients, mean ± standard deviation over n seeds (n).\n' +
      'To full: difference over the same seeds and images, with its BCa bootstrap interval over both.\n' +
      `p (Holm): Wilcoxon over clients × seeds, adjusted for ${family(rows)}` +
      (seeds.length === 1 ? '; with one seed, nothing speaks of seeds.' : '.'),
    ...notes(rows),
  ].join('\n\n');
}

/** How many variants are tested together: those that can be compared, in each view. */
function family(rows: readonly AblationRow[]): string {
  const [own, global] = (['own', 'global'] as const).map(
    (view) => rows.filter((row) => row[view].test).length,
  );
  return own === global ? plural(own, 'variant') : `${plural(own, 'variant')} in own and ${global} in global`;
}

/** A line a variant: what it changes. */
export function renderPlan(plan: readonly PlannedAxis[]): string {
  const rows = plan.flatMap(({ name, about, variants }) =>
    variants.map((variant, at) => [
      at === 0 ? name : '',
      variant.name,
      variant.changes.join(' '),
      at === 0 ? about : '',
    ]),
  );
  return table([['axis', 'variant', 'changes', 'component'], ...rows], ['left', 'left', 'left', 'left']);
}

function viewCells({ imageAuroc, difference, test }: ViewComparison): string[] {
  const interval = difference && `[${difference.bca.map(signed).join(', ')}]`;
  return [
    spread(imageAuroc),
    difference ? `${signed(difference.difference)} ${interval}` : '–',
    test ? formatP(test.pHolm) : '–',
  ];
}

/** ".873 ± .012 (5)" */
function spread({ n, mean, deviation }: MeanAndDeviation): string {
  if (mean === null) return notAvailable;
  return `${formatScore(mean)}${deviation === null ? '' : ` ± ${formatScore(deviation)}`} (${n})`;
}

/** Terminals have a plain minus. */
function signed(value: number): string {
  return formatSignedScore(value, '-');
}

function formatP(p: number): string {
  return p < 0.001 ? '<.001' : formatScore(p);
}

function notes(rows: readonly AblationRow[]): string[] {
  const failed = rows.flatMap(({ variant, failed: cells }) =>
    cells.map(({ seed, error }) => `${variant}, seed ${seed}: ${error}`),
  );
  const reasons = rows.flatMap(({ variant, own, global }) =>
    [...new Set([own.reason, global.reason])].flatMap((reason) =>
      reason ? [`${variant} can't be compared: ${reason}`] : [],
    ),
  );
  return [failed, reasons].filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
}
