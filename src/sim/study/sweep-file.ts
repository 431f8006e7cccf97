import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { badInput, messageOf } from '../../base/errors.js';
import { isSweep, yamlOf } from '../scenario/scenario-file.js';
import { readYaml } from '../scenario/yaml.js';
import { gridDimension, listDimension, overrideOf, zipDimension } from './axes.js';
import type { Sweep } from './define-sweep.js';

const values = z.array(z.unknown()).min(1);

/** A sweep as a file says it. */
export const sweepSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\w.-]+$/, 'must be made of letters, digits, dots, dashes and underscores')
      .optional()
      .describe("Left out: the file's."),
    scenario: z.string().min(1).describe("The base scenario; its path starts at this file's folder."),
    set: z
      .record(z.string(), z.unknown())
      .default({})
      .describe('Changes to the base scenario that all cells have, by field.'),
    seeds: z
      .union([z.int().positive(), z.array(z.int()).min(1)])
      .default(1)
      .describe("How many, from the scenario's seed upwards; or a list of them."),
    grid: z.record(z.string(), values).default({}).describe('Fields and their values: all combinations.'),
    zip: z
      .union([z.record(z.string(), values), z.array(z.record(z.string(), values))])
      .default([])
      .describe('Fields whose values go together: first with first; a list of such groups.'),
    list: z
      .array(z.record(z.string(), z.unknown()))
      .default([])
      .describe('Cells one by one: each some fields and their values.'),
  })
  .meta({ title: 'feddymem sweep' });

/** Whether a file is a sweep; anything else is taken for a scenario, whose reader says what is wrong with it. */
export async function isSweepFile(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => '');
  let value: unknown;
  try {
    value = readYaml(text);
  } catch {
    return false;
  }
  return isSweep(value);
}

/** @throws FeddymemError (bad-input) naming the file and the field */
export async function readSweep(path: string): Promise<Sweep> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badInput(
      `sweep ${path} can't be read: ${messageOf(error)}`,
      'Give the path of a YAML file.',
      error,
    );
  }
  const parsed = sweepSchema.safeParse(yamlOf(path, text));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      (issue) => `${issue.path.join('.') || 'sweep'}: ${issue.message}`,
    );
    throw badInput(`${path}: ${problems.join('\n  ')}`, 'docs/sweeps.md lists every field.');
  }
  const { grid, zip, list, set, seeds, scenario, name } = parsed.data;
  const folder = dirname(path);
  const groups = Array.isArray(zip) ? zip : [zip];
  return {
    name: name ?? basename(path, extname(path)),
    scenario: isAbsolute(scenario) ? scenario : join(folder, scenario),
    set: Object.entries(set).map(([axis, value]) => overrideOf({ axis, value }, folder)),
    dimensions: [
      ...Object.entries(grid).map(([axis, all]) => gridDimension(axis, all)),
      ...groups
        .filter((group) => Object.keys(group).length > 0)
        .map((group) => zipDimension(Object.entries(group))),
      ...(list.length > 0 ? [listDimension(list)] : []),
    ],
    seeds,
    folder,
  };
}
