import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { badInput, messageOf } from '../../base/errors.js';
import { withPathsFrom } from './module-paths.js';
import { readYaml } from './yaml.js';

/**
 * What a scenario file says, before it is checked. A file with `extends: other.yaml` starts from that file: its own
 * fields are laid over the other's, field by field; lists and single values replace what was there.
 * @throws FeddymemError (bad-input) naming the file
 */
export async function readScenarioFile(path: string, from: readonly string[] = []): Promise<unknown> {
  const here = resolve(path);
  if (from.includes(here)) {
    throw badInput(`${path} extends itself, by way of ${from.length} files`, 'Remove one extends.');
  }
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw badInput(
      `scenario ${path} can't be read: ${messageOf(error)}`,
      from.length > 0 ? `${from[from.length - 1]} extends it.` : 'Give the path of a YAML file.',
      error,
    );
  }
  const value = withPathsFrom(dirname(path), yamlOf(path, text));
  if (!isFields(value) || value.extends === undefined) return value;
  const { extends: other, ...own } = value;
  if (typeof other !== 'string') {
    throw badInput(`${path}: extends is ${JSON.stringify(other)}`, 'Give the path of one scenario file.');
  }
  return laidOver(await readScenarioFile(resolve(dirname(path), other), [...from, here]), own);
}

/** Whether a file's content is a sweep, which names its scenario. */
export function isSweep(value: unknown): boolean {
  return isFields(value) && Object.hasOwn(value, 'scenario');
}

/** What a file of YAML says. @throws FeddymemError (bad-input) naming the file and what is wrong */
export function yamlOf(path: string, text: string): unknown {
  try {
    return readYaml(text);
  } catch (error) {
    throw badInput(`${path} is not valid YAML: ${messageOf(error)}`, 'Mend the line it names.', error);
  }
}

type Fields = Record<string, unknown>;

function laidOver(base: unknown, over: unknown): unknown {
  if (!isFields(base) || !isFields(over)) return over;
  const result: Fields = { ...base };
  for (const [key, value] of Object.entries(over)) {
    Object.defineProperty(result, key, {
      value: laidOver(Object.hasOwn(base, key) ? base[key] : undefined, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return result;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
