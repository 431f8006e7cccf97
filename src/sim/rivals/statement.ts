import { formatBytes, formatScore, plural } from '../report/format.js';
import { viewNames, type ViewName } from '../report/views.js';
import type { Measured } from './figures.js';
import { leadOf, shared, type Lead } from './lead.js';
import { markdownTable, nothing } from './tables.js';
import { aurocOf, meanOverFederations, valuesOf } from './values.js';
import { bytesAgainst, codeOf, listed, points, probability, signed } from './wording.js';

/** What FedDyMem is to reach against the best federated rival: a lead in points, and a share of bytes a round saved. */
export const goal = { lead: 0.052, bytesSaved: 0.6 };

/** Whom the statement is about, by names of rows. */
export interface Sides {
  readonly feddymem: string;
  /** Those that exchange something with others. */
  readonly rivals: readonly string[];
  /** Of those, the ones that share parameters. */
  readonly parameterRivals: readonly string[];
}

const titles: Record<ViewName, string> = {
  own: 'Own images',
  global: 'Everybody’s images',
  unseen: 'Clients that were held out',
};

/** View by view: who leads, by how much against the goal, and for how many bytes. */
export function statement(figures: readonly Measured[], sides: Sides): string {
  const leads = viewNames.map(
    (view) => [view, leadOf(aurocOf(figures, view), sides.feddymem, sides.rivals)] as const,
  );
  const said = new Set<string>();
  return [
    overview(leads, figures, sides),
    ...byFederations(leads),
    ...leads.flatMap(([view, lead]) => [
      `### ${titles[view]}`,
      ...(lead ? viewText(lead, view, figures, sides, said) : [noComparison(view, figures, sides)]),
    ]),
  ].join('\n\n');
}

function overview(
  leads: readonly (readonly [ViewName, Lead | null])[],
  figures: readonly Measured[],
  { feddymem }: Sides,
): string {
  const rows = leads.map(([view, lead]) => {
    if (!lead) return [view, ...Array.from({ length: 6 }, () => nothing)];
    const { difference, interval } = lead.compared;
    const [mine, other] = bytesOf(figures, lead, 'bytesPerRound', feddymem, lead.rival.row);
    return [
      view,
      formatScore(lead.mean),
      `${codeOf(lead.rival.row)} ${formatScore(lead.rival.mean)}`,
      points(difference) + (interval ? ` (${points(interval[0])} to ${points(interval[1])})` : ''),
      difference >= goal.lead ? 'met' : 'not met',
      mine === null || other === null || other === 0 ? nothing : `${signed(100 * (mine / other - 1), 0)} %`,
      mine !== null && other !== null && mine <= (1 - goal.bytesSaved) * other ? 'met' : 'not met',
    ];
  });
  const goals = [`goal ${points(goal.lead)}`, `goal −${100 * goal.bytesSaved} %`];
  return markdownTable(
    [
      'view',
      'FedDyMem',
      'best federated rival',
      'lead in points (95 %)',
      goals[0],
      'bytes a round',
      goals[1],
    ],
    rows,
  );
}

function noComparison(view: ViewName, figures: readonly Measured[], { feddymem }: Sides): string {
  const own = aurocOf(figures, view).get(feddymem);
  return own === undefined
    ? `${codeOf(feddymem)} has no figures here yet.`
    : 'No federated rival has figures of the same runs yet.';
}

/** @param said paragraphs on bytes that stand above */
function viewText(
  lead: Lead,
  view: ViewName,
  figures: readonly Measured[],
  sides: Sides,
  said: Set<string>,
): string[] {
  const bytes = bytesText(lead, figures, sides);
  const again = said.has(bytes);
  said.add(bytes);
  return [
    leadText(lead),
    federationsText(lead),
    again ? `Bytes against ${codeOf(lead.rival.row)} are those above.` : bytes,
    ...otherBytesText(lead, view, figures, sides),
    ...(lead.leftOut.length > 0
      ? [`Not compared, for too few of their runs are there: ${listed(lead.leftOut.map(codeOf))}.`]
      : []),
  ];
}

function leadText({ mean, rival, compared }: Lead): string {
  const { difference, interval, test, pairs, federations } = compared;
  const size = (100 * Math.abs(difference)).toFixed(1);
  const leads = difference > 0 ? `leads by ${size} points` : `trails by ${size} points`;
  const said = size === '0.0' ? 'FedDyMem and it are level' : `FedDyMem ${leads}`;
  const unsure =
    interval && interval[0] <= 0 && interval[1] >= 0
      ? ' The interval holds 0: these runs can’t tell the two apart.'
      : '';
  const range = interval
    ? `95 % interval ${points(interval[0])} to ${points(interval[1])}`
    : 'one federation gives no interval';
  const short = (100 * (goal.lead - difference)).toFixed(1);
  return (
    `FedDyMem reaches ${formatScore(mean)}, the mean over ${plural(federations, 'federation')} (${plural(pairs, 'run')}). ` +
    `The best federated rival on the same runs is ${codeOf(rival.row)} with ${formatScore(rival.mean)}. **${said}** ` +
    `(${range}; Wilcoxon’s signed-rank test over ${plural(pairs, 'pair')}: ${probability(test.p)}).${unsure} ` +
    (difference >= goal.lead
      ? `The goal, a lead of ${points(goal.lead)} points, is met.`
      : `The goal, a lead of ${points(goal.lead)} points, is missed by ${short}.`)
  );
}

function federationsText({ federations }: Lead): string {
  const trailing = federations.filter(({ difference }) => difference <= 0);
  const count = `${federations.length - trailing.length} of ${federations.length}`;
  return (
    `Against the best federated rival of each federation it leads on ${count}` +
    (trailing.length > 0
      ? `, and does not on ${listed(trailing.map(({ federation }) => codeOf(federation)))}.`
      : '.')
  );
}

/** The lead on every federation over the best federated rival there. */
function byFederations(leads: readonly (readonly [ViewName, Lead | null])[]): string[] {
  const names = [
    ...new Set(leads.flatMap(([, lead]) => lead?.federations.map(({ federation }) => federation) ?? [])),
  ];
  if (names.length === 0) return [];
  const rows = names.map((name) => [
    codeOf(name),
    ...leads.map(([, lead]) => {
      const found = lead?.federations.find(({ federation }) => federation === name);
      return found ? `${points(found.difference)} to ${codeOf(found.rival)}` : nothing;
    }),
  ]);
  return [
    'FedDyMem’s lead in points on each federation, and the best federated rival there:',
    markdownTable(['', ...viewNames], rows),
  ];
}

function bytesText(lead: Lead, figures: readonly Measured[], { feddymem }: Sides): string {
  const rival = lead.rival.row;
  const of = (field: BytesField) => bytesOf(figures, lead, field, feddymem, rival);
  const [round, otherRound] = of('bytesPerRound');
  const [all, otherAll] = of('bytesTotal');
  const [reach, otherReach] = of('bytesToShare');
  if (round === null || otherRound === null || all === null || otherAll === null)
    return 'Bytes of the same runs are not there yet.';
  const saved = otherRound === 0 ? -Infinity : 1 - round / otherRound;
  return (
    `Bytes of all clients, both ways, against ${codeOf(rival)}: ${formatBytes(round)} a round, ${bytesAgainst(round, otherRound)}; ` +
    `${formatBytes(all)} in all, ${bytesAgainst(all, otherAll)}` +
    (reach !== null && otherReach !== null
      ? `; ${formatBytes(reach)} to reach 99 % of the final value, ${bytesAgainst(reach, otherReach)}. `
      : '. ') +
    (saved >= goal.bytesSaved
      ? `The goal, ${100 * goal.bytesSaved} % fewer a round, is met.`
      : `The goal, ${100 * goal.bytesSaved} % fewer a round, is not met.`) +
    exchangesText(of('rounds'), rival)
  );
}

/** Bytes a round of methods with other numbers of rounds are not like for like. */
function exchangesText([rounds, others]: readonly [number | null, number | null], rival: string): string {
  if (rounds === null || others === null || rounds === others) return '';
  const count = (all: number) => (all === 0 ? 'one exchange' : `${all + 1} exchanges`);
  return ` FedDyMem makes ${count(rounds)}, ${codeOf(rival)} ${count(others)}: here bytes in all say more than bytes a round.`;
}

/** Where the best rival shares memory too, what the best one that shares parameters moves. */
function otherBytesText(
  lead: Lead,
  view: ViewName,
  figures: readonly Measured[],
  { feddymem, parameterRivals }: Sides,
): string[] {
  if (parameterRivals.includes(lead.rival.row)) return [];
  const other = leadOf(aurocOf(figures, view), feddymem, parameterRivals);
  if (!other) return [];
  const [mine, theirs] = bytesOf(figures, other, 'bytesPerRound', feddymem, other.rival.row);
  const [reach, otherReach] = bytesOf(figures, other, 'bytesToShare', feddymem, other.rival.row);
  if (mine === null || theirs === null) return [];
  return [
    `The best rival that shares parameters is ${codeOf(other.rival.row)} with ${formatScore(other.rival.mean)}: ` +
      `FedDyMem stands at ${points(other.compared.difference)} points to it and moves ${formatBytes(mine)} a round, ${bytesAgainst(mine, theirs)}` +
      (reach !== null && otherReach !== null
        ? `, and ${formatBytes(reach)} to reach 99 % of the final value, ${bytesAgainst(reach, otherReach)}.`
        : '.'),
  ];
}

type BytesField = 'bytesPerRound' | 'bytesTotal' | 'bytesToShare' | 'rounds';

/** Means of both rows over the cells of a comparison, of the pass in which all clients take part. */
function bytesOf(
  figures: readonly Measured[],
  { cells }: Lead,
  field: BytesField,
  feddymem: string,
  rival: string,
): [number | null, number | null] {
  const values = valuesOf(
    figures.filter(({ pass }) => pass === 'test'),
    (figure) => figure[field],
  );
  const [mine, theirs] = [feddymem, rival].map((row) => shared(values.get(row) ?? [], cells));
  return [meanOverFederations(shared(mine, theirs)), meanOverFederations(shared(theirs, mine))];
}
