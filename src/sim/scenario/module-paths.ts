import { resolve } from 'node:path';
import { z } from 'zod';
import { ownParts } from '../../model/own-part.js';

/** A user's own module: a path that can't be taken for the name of a choice. */
export const modulePath = z.templateLiteral([
  z.enum(['./', '../', '/']),
  z.string(),
  z.enum(['.mjs', '.js']),
]);

/** A choice among the keys of a registry, or a module. */
export function oneOfOrModule<K extends string>(registry: Readonly<Record<K, unknown>>) {
  const names = Object.keys(registry) as [K, ...K[]];
  const known = names.map((name) => JSON.stringify(name)).join('|');
  const error = `Invalid option: expected one of ${known}, or the path of a module, such as ./my.mjs`;
  return z.union([z.enum(names), modulePath], { error });
}

/** A scenario, not yet checked, with relative paths of modules made absolute. */
export function withModulesFrom(folder: string, scenario: unknown): unknown {
  const method = fieldOf(scenario, 'method');
  const training = fieldOf(method, 'training');
  if (!isObject(scenario) || !isObject(method) || !isObject(training)) return scenario;
  const found = Object.keys(ownParts).flatMap((part) => {
    const path = modulePath.safeParse(training[part]);
    return path.success ? [[part, resolve(folder, path.data)]] : [];
  });
  if (found.length === 0) return scenario;
  return { ...scenario, method: { ...method, training: { ...training, ...Object.fromEntries(found) } } };
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
