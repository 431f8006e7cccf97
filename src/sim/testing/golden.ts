import { z } from 'zod';
import type { Json } from '../../base/hash.js';
import type { Scenario } from '../scenario/schema.js';
import { compactLine } from './compact-journal.js';
import { chosenFigures, figuresOf } from './figures.js';
import type { TestRun } from './run.js';
import { defaultTolerance, givenTolerance, toleranceSchema, type Tolerances } from './tolerance.js';

export const goldenFormat = 'feddymem golden 1';

const plain: z.ZodType<Json> = z.json();
const figure = z.strictObject({ value: z.number().nullable(), tolerance: toleranceSchema });

export const goldenSchema = z.strictObject({
  format: z.literal(goldenFormat),
  scenario: z.string(),
  seed: z.int(),
  engine: z.string(),
  /** Where its bits were made: versions, processor, system. */
  platform: z.record(z.string(), z.string()),
  /** `journalDigest` of the run. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  figures: z.record(z.string(), figure),
  /** The whole scenario but `workers`, which changes no figure. */
  settings: z.record(z.string(), plain),
  /** Compact lines, in order; only used to show where runs part, and to compare what is the same everywhere. */
  journal: z.array(z.record(z.string(), plain)),
});

/** What a golden file holds. */
export type Golden = z.infer<typeof goldenSchema>;

/** The parts of a run that are compared. */
export type ComparableRun = Pick<TestRun, 'scenario' | 'result' | 'journal'>;

/** A run as a golden file. @param before the file's present figures, whose tolerances stay but where others are given */
export function goldenOf(run: ComparableRun, tolerances: Tolerances, before: Golden['figures'] = {}): Golden {
  const { result } = run;
  const figures = figuresOf(result);
  const kept = Object.keys(before).filter((name) => figures.has(name));
  const names = new Set([...chosenFigures(figures, Object.keys(tolerances)), ...kept]);
  const toleranceOf = (name: string) =>
    givenTolerance(tolerances, name) ?? tolerance(before, name) ?? defaultTolerance(name);
  return {
    format: goldenFormat,
    scenario: result.scenario,
    seed: result.seed,
    engine: result.engine,
    platform: result.versions,
    digest: result.journalDigest,
    figures: Object.fromEntries(
      [...names].map((name) => [name, { value: figures.get(name)!, tolerance: toleranceOf(name) }]),
    ),
    settings: settingsOf(run.scenario),
    journal: run.journal.map((line) => JSON.parse(compactLine(line)) as Record<string, Json>),
  };
}

function tolerance(figures: Golden['figures'], name: string) {
  return Object.hasOwn(figures, name) ? figures[name].tolerance : undefined;
}

/** Settings as plain data: what is undefined is left out. */
export function settingsOf(scenario: Scenario): Record<string, Json> {
  const { workers: _workers, ...settings } = scenario;
  return JSON.parse(JSON.stringify(settings)) as Record<string, Json>;
}
