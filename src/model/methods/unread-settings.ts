import { invariant } from '../../base/errors.js';
import type { MethodSettings } from './settings.js';

export type Role = 'client' | 'server';

/** A field of a method's settings, or one below it: `rounds`, `memory.global`. */
export type SettingPath = {
  [K in keyof MethodSettings & string]: MethodSettings[K] extends object
    ? K | `${K}.${keyof MethodSettings[K] & string}`
    : K;
}[keyof MethodSettings & string];

/** Settings that a method's steps don't read, by step and role. */
export type UnreadSettings = Readonly<Record<string, Partial<Record<Role, readonly SettingPath[]>>>>;

/** What only sharing memory is about. */
export const memoryExchange = [
  'memory.upload',
  'memory.global',
  'memory.minimumPatches',
  'reduce',
  'aggregation',
  'robust',
  'precision',
  'delta',
] as const satisfies readonly SettingPath[];

/** What only training is about, but for the generator, which every first bank comes with. */
export const trainingAlone = [
  'training.loss',
  'training.replay',
  'training.replayShare',
  'training.steps',
  'training.batchSize',
  'training.learningRate',
  'training.spreadPenalty',
  'update',
] as const satisfies readonly SettingPath[];

/**
 * What a step may read of the settings: all but those that it declares not to read. Copies and JSON leave these out; to
 * read one is an error, so that a wrong declaration ends a run and never gives it another's result.
 */
export function readableSettings(
  settings: MethodSettings,
  unread: readonly SettingPath[],
  step: string,
): MethodSettings {
  const hidden = new Set<string>(unread);
  return without(settings as unknown as Fields, '', hidden, step) as unknown as MethodSettings;
}

type Fields = Readonly<Record<string, unknown>>;

function without(fields: Fields, prefix: string, hidden: ReadonlySet<string>, step: string): Fields {
  const result = {};
  for (const [key, value] of Object.entries(fields)) {
    const path = prefix + key;
    if (hidden.has(path)) {
      Object.defineProperty(result, key, {
        get: () => invariant(false, `step ${step} reads method.${path}, which it declares not to`),
      });
      continue;
    }
    const holdsHidden = [...hidden].some((other) => other.startsWith(`${path}.`));
    const kept = holdsHidden ? without(value as Fields, `${path}.`, hidden, step) : value;
    Object.defineProperty(result, key, { value: kept, enumerable: true });
  }
  return result;
}
