import { resolve } from 'node:path';
import { z } from 'zod';
import { ownParts } from '../../model/own-part.js';

/** A user's own module: a path that can't be taken for the name of a choice. */
export const modulePath = z.templateLiteral([
  z.enum(['./', '../', '/']),
  z.string(),
  z.enum(['.mjs', '.js']),
]);

export function isModulePath(name: string): boolean {
  return modulePath.safeParse(name).success;
}

/** A choice among the keys of a registry, or a module. */
export function oneOfOrModule<K extends string>(registry: Readonly<Record<K, unknown>>) {
  const names = Object.keys(registry) as [K, ...K[]];
  const known = names.map((name) => JSON.stringify(name)).join('|');
  const error = `Invalid option: expected one of ${known}, or the path of a module, such as ./my.mjs`;
  return z.union([z.enum(names), modulePath], { error });
}

/** A scenario, not yet checked, with relative paths of modules made absolute. */
export function withModulesFrom(folder: string, scenario: unknown): unknown {
  return Object.values(ownParts).reduce<unknown>(
    (value, field) => withAbsolutePath(folder, value, field),
    scenario,
  );
}

function withAbsolutePath(folder: string, value: unknown, [key, ...rest]: readonly string[]): unknown {
  if (key === undefined) {
    const path = modulePath.safeParse(value);
    return path.success ? resolve(folder, path.data) : value;
  }
  if (!isObject(value) || !Object.hasOwn(value, key)) return value;
  return { ...value, [key]: withAbsolutePath(folder, value[key], rest) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
