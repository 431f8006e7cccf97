import { readFile } from 'node:fs/promises';
import { messageOf } from '../../base/errors.js';
import type { Json } from '../../base/hash.js';
import { readYaml } from '../scenario/yaml.js';
import { fieldDifferences, type FieldDifference } from './field-differences.js';

/** The settings in which two scenarios differ, or why they can't be compared. */
export type SettingsDifference =
  { readonly differing: readonly FieldDifference[] } | { readonly unknown: string };

/**
 * Compares two scenario files as plain data, defaults as they stand in them: the files of another version, which the
 * schema would refuse, still tell why two runs differ.
 */
export async function settingsDifference(pathA: string, pathB: string): Promise<SettingsDifference> {
  const [a, b] = [await readSettings(pathA), await readSettings(pathB)];
  if ('unknown' in a) return a;
  if ('unknown' in b) return b;
  return { differing: fieldDifferences(a.value, b.value) };
}

async function readSettings(path: string): Promise<{ readonly value: Json } | { readonly unknown: string }> {
  try {
    return { value: readYaml(await readFile(path, 'utf8')) as Json };
  } catch (error) {
    return { unknown: `${path} can't be read: ${messageOf(error)}` };
  }
}
