import { pairedDifference, type PairedDifference } from './paired-difference.js';
import { byFederation, meanOf, meanOverFederations, type Value, type Values } from './values.js';

/** How a row stands to the best of its rivals. */
export interface Lead {
  /** The row's own mean, over the cells that it and all compared rivals have. */
  readonly mean: number;
  /** The rival with the highest mean over the same cells. */
  readonly rival: { readonly row: string; readonly mean: number };
  readonly compared: PairedDifference;
  /** The cells: both rows' values. */
  readonly cells: readonly { readonly federation: string; readonly seed: number }[];
  /** Rivals that have figures, and too few of them to be compared. */
  readonly leftOut: readonly string[];
  /** By federation: the best rival there, and the row's lead over it. */
  readonly federations: readonly FederationLead[];
}

export interface FederationLead {
  readonly federation: string;
  readonly rival: string;
  /** The row's mean over seeds less that rival's. */
  readonly difference: number;
  readonly seeds: number;
}

/**
 * The best rival is picked by the very figures that are reported: what is left of a lead over it is on the small side.
 * Rivals with less than half of the row's cells are left out, so that a few cells of one don't decide about all.
 * @returns null where the row, or all rivals, have nothing to compare
 */
export function leadOf(values: Values, row: string, rivals: readonly string[]): Lead | null {
  const own = values.get(row) ?? [];
  const having = rivals.filter((rival) => values.has(rival));
  const enough = having.filter((rival) => 2 * shared(own, values.get(rival)!).length >= own.length);
  if (own.length === 0 || enough.length === 0) return null;
  const all = [row, ...enough].map((name) => values.get(name)!);
  const cells = all.reduce((some, other) => shared(some, other), own);
  if (cells.length === 0) return null;
  const within = (name: string) => shared(values.get(name)!, cells);
  const means = enough.map((name) => ({ row: name, mean: meanOverFederations(within(name))! }));
  const rival = best(means, ({ mean }) => mean);
  return {
    mean: meanOverFederations(within(row))!,
    rival,
    compared: pairedDifference(within(row), within(rival.row))!,
    cells: cells.map(({ federation, seed }) => ({ federation, seed })),
    leftOut: having.filter((name) => !enough.includes(name)),
    federations: federationLeads(row, enough, within),
  };
}

function federationLeads(
  row: string,
  rivals: readonly string[],
  within: (name: string) => readonly Value[],
): FederationLead[] {
  const ofRivals = rivals.map((name) => ({ name, means: byFederation(within(name)) }));
  return [...byFederation(within(row))].map(([federation, values]) => {
    const there = ofRivals.map(({ name, means }) => ({ name, mean: meanOf(means.get(federation)!) }));
    const rival = best(there, ({ mean }) => mean);
    const difference = meanOf(values) - rival.mean;
    return { federation, rival: rival.name, difference, seeds: values.length };
  });
}

/** Those of `some` whose federation and seed are among `others`. */
export function shared(
  some: readonly Value[],
  others: readonly Pick<Value, 'federation' | 'seed'>[],
): Value[] {
  return some.filter(({ federation, seed }) =>
    others.some((other) => other.federation === federation && other.seed === seed),
  );
}

/** Of equal ones the first. */
function best<T>(items: readonly T[], by: (item: T) => number): T {
  return items.reduce((first, item) => (by(item) > by(first) ? item : first));
}
