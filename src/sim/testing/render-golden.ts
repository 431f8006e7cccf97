import { table } from '../cli/table.js';
import { renderDivergence, renderFields } from '../compare/render.js';
import { plural } from '../report/format.js';
import type { FigureDifference, GoldenComparison } from './compare-golden.js';

const compared = {
  bits: 'bits (journal digest and figures)',
  shape: "figures within tolerances and the journal's shape",
  ignore: 'figures within tolerances',
} as const;

/** Why a run does not match a golden file: what was compared, where they part, which figures are off, how to update. */
export function renderMismatch(path: string, comparison: GoldenComparison): string {
  const { basis, journal, seeds, settings } = comparison;
  return [
    `the run does not match ${path}`,
    `compared: ${compared[journal]}, because ${basis.because}`,
    ...(seeds ? [`the golden file was made with seed ${seeds[0]}, this run with ${seeds[1]}`] : []),
    ...(settings.length > 0
      ? [`settings that differ (A is the golden file, B this run)\n${renderFields(settings, 'setting')}`]
      : []),
    ...journalText(comparison),
    ...figuresText(comparison),
    `If the run is right, write the golden file anew: ${howToUpdate}`,
  ].join('\n\n');
}

export const howToUpdate = 'vitest run -u, or FEDDYMEM_UPDATE_GOLDEN=1 vitest run';

function journalText({ basis, digests, divergence }: GoldenComparison): string[] {
  if (divergence)
    return [
      `first divergence (A is the golden file, B this run)\n${renderDivergence({ ...divergence, payloads: [] })}`,
    ];
  if (!basis.bits) return [];
  const [golden, here] = digests;
  return golden === here
    ? ['the journals agree: the simulation is the same, what follows it (scores, metrics) is not']
    : [
        `the digests differ, ${golden.slice(0, 16)}… and ${here.slice(0, 16)}…, yet all events of the golden file agree: ` +
          'the file was edited, or another version of feddymem wrote it',
      ];
}

const mostFigures = 20;

function figuresText({ basis, figures }: GoldenComparison): string[] {
  if (figures.length === 0) return [];
  const title = basis.bits
    ? 'figures that differ (where bits are not promised, those within tolerance would do)'
    : 'figures outside their tolerances';
  const rest = figures.length - mostFigures;
  return [
    [
      title,
      table([
        ['figure', 'golden', 'this run', 'difference', 'tolerance', ''],
        ...figures.slice(0, mostFigures).map((figure) => figureRow(figure)),
      ]),
      ...(rest > 0 ? [`and ${plural(rest, 'figure')} more`] : []),
    ].join('\n'),
  ];
}

function figureRow({ name, golden, value, tolerance, within }: FigureDifference): string[] {
  const both = typeof golden === 'number' && typeof value === 'number';
  const difference = both ? Number((value - golden).toPrecision(4)) : null;
  return [
    name,
    show(golden),
    show(value),
    difference === null ? '–' : difference > 0 ? `+${difference}` : String(difference),
    tolerance === undefined ? '–' : String(tolerance),
    within ? 'within' : 'outside',
  ];
}

function show(value: number | null | undefined): string {
  if (value === undefined) return 'missing';
  return value === null ? 'not defined' : String(value);
}
