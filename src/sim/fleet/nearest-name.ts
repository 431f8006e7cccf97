import { closest, distance } from 'fastest-levenshtein';

/** The name that somebody probably meant; undefined: none is near. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const candidate = closest(name, [...known]);
  return distance(name, candidate) <= Math.max(2, name.length / 2) ? candidate : undefined;
}
