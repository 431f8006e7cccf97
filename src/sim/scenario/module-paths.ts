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

/** Every item of a list, and every field of an object. */
const every = '*';
/** Fields that are the path of a file, whatever text they hold. */
const traceFields = [
  ['fleet', 'groups', every, 'availability', 'file'],
  ['fleet', 'clients', every, 'availability', 'file'],
];

/** A scenario, not yet checked, with relative paths of modules and traces made absolute. */
export function withPathsFrom(folder: string, scenario: unknown): unknown {
  const absolute = (path: string) => resolve(folder, path);
  const withModules = Object.values(ownParts).reduce<unknown>(
    (value, field) => withPath(value, field, (text) => (isModulePath(text) ? absolute(text) : text)),
    scenario,
  );
  return traceFields.reduce<unknown>(
    (value, field) => withPath(value, field, (text) => (text === '' ? text : absolute(text))),
    withModules,
  );
}

function withPath(
  value: unknown,
  [key, ...rest]: readonly string[],
  changed: (text: string) => string,
): unknown {
  if (key === undefined) return typeof value === 'string' ? changed(value) : value;
  if (key === every && Array.isArray(value))
    return value.map((item: unknown) => withPath(item, rest, changed));
  if (!isObject(value)) return value;
  const keys = key === every ? Object.keys(value) : Object.hasOwn(value, key) ? [key] : [];
  return keys.reduce((object, name) => ({ ...object, [name]: withPath(object[name], rest, changed) }), value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
