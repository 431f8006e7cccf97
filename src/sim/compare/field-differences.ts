import type { Json } from '../../base/hash.js';

/** A field in which two values differ; undefined where one of them lacks it. */
export interface FieldDifference {
  /** Keys and list positions joined by dots, such as `figures.loss` or `clients.0.id`; empty for the whole. */
  readonly path: string;
  readonly a: Json | undefined;
  readonly b: Json | undefined;
}

/** Every innermost field in which two plain values differ, by path. Of an object that one side lacks, the whole. */
export function fieldDifferences(a: Json | undefined, b: Json | undefined, path = ''): FieldDifference[] {
  if (!isBranch(a) || !isBranch(b) || Array.isArray(a) !== Array.isArray(b))
    return isSameLeaf(a, b) ? [] : [{ path, a, b }];
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  if (!Array.isArray(a)) keys.sort();
  return keys.flatMap((key) =>
    fieldDifferences(ownField(a, key), ownField(b, key), path === '' ? key : `${path}.${key}`),
  );
}

type Branch = Readonly<Record<string, Json | undefined>>;

function isBranch(value: Json | undefined): value is Branch {
  return typeof value === 'object' && value !== null;
}

// An inherited property, such as `constructor`, is not a field.
const ownField = (value: Branch, key: string) => (Object.hasOwn(value, key) ? value[key] : undefined);

/** Equal plain values that are no two objects; YAML can hold a NaN, which equals itself here. */
function isSameLeaf(a: Json | undefined, b: Json | undefined): boolean {
  return a === b || Object.is(a, b);
}
