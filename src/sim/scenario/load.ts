import { closest, distance } from 'fastest-levenshtein';
import type { z } from 'zod';
import { badInput, messageOf } from '../../base/errors.js';
import { withPathsFrom } from './module-paths.js';
import { isSweep, readScenarioFile } from './scenario-file.js';
import { readYaml } from './yaml.js';
import { scenarioSchema, type Scenario } from './schema.js';

/** A field of a scenario to be changed: a path of keys and a new value. */
export interface Override {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** Reads `a.b=value`; the value is YAML, so that numbers and lists are what they look like. */
export function parseOverride(text: string): Override {
  const at = text.indexOf('=');
  if (at < 1)
    throw badInput(`--set ${text}: expected path=value`, 'For example --set method.memory.global=900.');
  const path = text.slice(0, at).split('.');
  if (path.some((key) => key === '')) throw badInput(`--set ${text}: the path has an empty key`);
  try {
    return { path, value: readYaml(text.slice(at + 1)) };
  } catch (error) {
    throw badInput(
      `--set ${text}: ${messageOf(error)}`,
      'The value is YAML: quote what it reads as more.',
      error,
    );
  }
}

/**
 * A scenario from a file. Paths of modules and traces start at the file's folder; those of overrides at the working folder.
 * @throws FeddymemError (bad-input) naming file, field and fix
 */
export async function loadScenario(path: string, overrides: readonly Override[] = []): Promise<Scenario> {
  const value = await readScenarioFile(path);
  if (isSweep(value))
    throw badInput(`${path} is a sweep, not a scenario`, `Run it with feddymem sweep ${path}.`);
  return parseScenario(withOverrides(value, overrides), path);
}

/**
 * A scenario with every default filled in. Paths of modules and traces become absolute; relative ones start at the working folder.
 * @param source what to call the scenario in errors
 * @throws FeddymemError (bad-input) listing every field that is wrong
 */
export function parseScenario(given: unknown, source: string): Scenario {
  const value = withPathsFrom('.', given);
  const parsed = scenarioSchema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => describeIssue(issue, value));
  throw badInput(
    `${source}: ${problems.join('\n  ')}`,
    'docs/scenario.md and schemas/scenario.schema.json list every field.',
  );
}

export function withOverrides(value: unknown, overrides: readonly Override[]): unknown {
  let root = value;
  for (const { path, value: fresh } of overrides) root = replaced(root, path, fresh);
  return root;
}

function replaced(value: unknown, [key, ...rest]: readonly string[], fresh: unknown): unknown {
  if (key === undefined) return fresh;
  if (Array.isArray(value)) {
    if (!Object.hasOwn(value, key)) {
      throw badInput(`--set: a list of ${value.length} has no item ${key}`, 'Items count from 0.');
    }
    return value.map((item: unknown, at) => (String(at) === key ? replaced(item, rest, fresh) : item));
  }
  const object = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  return { ...object, [key]: replaced(Object.hasOwn(object, key) ? object[key] : undefined, rest, fresh) };
}

type Issue = z.core.$ZodIssue;

function describeIssue(issue: Issue, root: unknown): string {
  const path = issue.path.map(String).join('.');
  if (issue.code === 'invalid_union') {
    const inner = issuesOfObject(issue);
    if (inner)
      return inner
        .map((each) => describeIssue({ ...each, path: [...issue.path, ...each.path] }, root))
        .join('\n  ');
  }
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .map((key) => unknownKey(path ? `${path}.${key}` : key, key, keysAt(issue.path, root)))
      .join('\n  ');
  }
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
  const given = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`;
  return `${path || 'the scenario'} ${given}: ${issue.message}`;
}

/** Where a field may be a short text or fields of its own: what is wrong with the fields that were given. */
function issuesOfObject({ errors }: z.core.$ZodIssueInvalidUnion): readonly Issue[] | undefined {
  return errors.find((issues) =>
    issues.some((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys'),
  );
}

function unknownKey(path: string, key: string, known: readonly string[]): string {
  const nearest = known.length > 0 ? closest(key, [...known]) : '';
  const meant =
    nearest && distance(key, nearest) <= Math.max(2, key.length / 2) ? `; did you mean ${nearest}?` : '';
  return `unknown key ${path}${meant} (known: ${known.join(', ')})`;
}

/** The keys that the schema knows at a path; of alternatives, those of the one that the value chooses. */
function keysAt(path: readonly PropertyKey[], root: unknown): string[] {
  let schema = unwrapped(scenarioSchema, root);
  let value = root;
  for (const key of path) {
    value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
    const next = schema && partOf(schema, String(key));
    schema = next && unwrapped(next, value);
  }
  return schema && 'shape' in schema ? Object.keys(schema.shape) : [];
}

interface ObjectSchema {
  readonly shape: Readonly<Record<string, z.core.$ZodType>>;
}
/** Of lists and of records with any keys. */
interface UniformSchema {
  readonly every: z.core.$ZodType;
}

function partOf(schema: ObjectSchema | UniformSchema, key: string): z.core.$ZodType | undefined {
  if ('every' in schema) return schema.every;
  return Object.hasOwn(schema.shape, key) ? schema.shape[key] : undefined;
}

/** The object, list or record schema behind defaults, preparations and alternatives. */
function unwrapped(schema: z.core.$ZodType, value: unknown): ObjectSchema | UniformSchema | undefined {
  const { def } = (schema as z.ZodType)._zod;
  if ('innerType' in def) return unwrapped(def.innerType as z.core.$ZodType, value);
  if ('out' in def) return unwrapped(def.out as z.core.$ZodType, value);
  if ('options' in def) {
    const { options, discriminator } = def as unknown as {
      options: z.core.$ZodType[];
      discriminator?: string;
    };
    if (discriminator === undefined) {
      return options.map((option) => unwrapped(option, value)).find((found) => found !== undefined);
    }
    const chosen = (value as Record<string, unknown> | undefined)?.[discriminator];
    const shapes = options.map((option) => unwrapped(option, value) as ObjectSchema);
    return shapes.find(({ shape }) => {
      const { values } = (shape[discriminator] as z.ZodLiteral)._zod.def;
      return values.includes(chosen as never);
    });
  }
  if ('element' in def) return { every: def.element as z.core.$ZodType };
  if ('valueType' in def) return { every: def.valueType as z.core.$ZodType };
  return 'shape' in def ? (def as unknown as ObjectSchema) : undefined;
}
