import { badInput } from '../../base/errors.js';
import { nearest } from '../fleet/nearest-name.js';
import type { RunResult } from '../result/run-result.js';
import { fits } from './tolerance.js';

/** Figures by name, such as `mean.own.imageAuroc`, `rounds.2.loss`, `clients.client-1.own.imageAp`. */
export type Figures = ReadonlyMap<string, number | null>;

/** Every figure of a result but wall time; null where it is not defined. */
export function figuresOf(result: RunResult): Figures {
  const { bytes, joules, virtualSeconds, mean, rounds, clients } = result;
  return new Map([
    ...numbers({ bytes, joules, mean, virtualSeconds }, ''),
    ...rounds.flatMap(({ round, ...figures }) => numbers(figures, `rounds.${round}.`)),
    ...clients.flatMap(({ id, device: _device, ...figures }) => numbers(figures, `clients.${id}.`)),
  ]);
}

/** Numbers and nulls at any depth, by the keys on the way. */
function numbers(fields: object, prefix: string): [string, number | null][] {
  return Object.entries(fields).flatMap(([key, value]: [string, unknown]) => {
    if (typeof value === 'number' || value === null) return [[`${prefix}${key}`, value]];
    return typeof value === 'object' ? numbers(value, `${prefix}${key}.`) : [];
  });
}

const usualRound = /^rounds\.\d+\.(loss|(own|global)\.imageAuroc|bytesUp|bytesDown|virtualSeconds)$/;

/** The figures that a golden file holds unasked: not every client's, and not all of a round's. */
function isUsual(name: string): boolean {
  if (name.startsWith('clients.')) return false;
  return !name.startsWith('rounds.') || usualRound.test(name);
}

/**
 * The usual figures and those asked for, by name.
 * @param asked names, or patterns with `*`
 * @throws FeddymemError (bad-input) for a name that fits no figure
 */
export function chosenFigures(figures: Figures, asked: readonly string[]): string[] {
  const names = [...figures.keys()];
  for (const pattern of asked) {
    if (names.some((name) => fits(pattern, name))) continue;
    const meant = nearest(pattern, names);
    throw badInput(
      `the run has no figure ${pattern}${meant ? `; did you mean ${meant}?` : ''}`,
      `It has ${names.filter(isUsual).join(', ')}, and those of every client under clients.<id>.`,
    );
  }
  return names.filter((name) => isUsual(name) || asked.some((pattern) => fits(pattern, name))).sort();
}
