/** Code-unit order of paths: the same on every machine. */
export function byPath(one: { readonly path: string }, other: { readonly path: string }): number {
  return one.path < other.path ? -1 : one.path > other.path ? 1 : 0;
}

/** A file's name without its last extension. */
export function stemOf(name: string): string {
  return name.replace(/\.[^.]*$/, '');
}
