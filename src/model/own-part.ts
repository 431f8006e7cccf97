import { badInput, invariant, isInterruption, messageOf, type FeddymemError } from '../base/errors.js';

/** A user's own method, loss or generator: the path of a module, as a scenario names it. */
export type ModulePath = `${'./' | '../' | '/'}${string}${'.mjs' | '.js'}`;
/** The same, as everything that computes names it: an absolute path and the SHA-256 of the file. */
export type PinnedModule = `${ModulePath}#${string}`;

/** Fields of a scenario that may name a module, by the name under which it exports its part. */
export const ownParts = {
  method: ['method', 'name'],
  loss: ['method', 'training', 'loss'],
  generator: ['method', 'training', 'generator'],
} as const;
export type OwnPart = keyof typeof ownParts;

export function pinned(path: ModulePath, hash: string): PinnedModule {
  return `${path}#${hash}`;
}

export function unpinned(name: PinnedModule): { readonly path: ModulePath; readonly hash: string } {
  const at = name.lastIndexOf('#');
  return { path: name.slice(0, at) as ModulePath, hash: name.slice(at + 1) };
}

export function isPinned(name: string): name is PinnedModule {
  return /^\/.*\.m?js#[0-9a-f]{64}$/s.test(name);
}

/** Parts of modules that this thread has loaded. A name says what the file holds, so none is ever replaced. */
export interface LoadedParts<Part> {
  /** @throws when this thread has not loaded it */
  get(name: PinnedModule): Part;
  has(name: PinnedModule): boolean;
  add(name: PinnedModule, loaded: Part): void;
}

export function loadedParts<Part>(part: OwnPart): LoadedParts<Part> {
  const loaded = new Map<PinnedModule, Part>();
  return {
    get(name) {
      const found = loaded.get(name);
      invariant(found !== undefined, `${part} ${name} was not loaded`);
      return found;
    },
    has: (name) => loaded.has(name),
    add: (name, each) => loaded.set(name, each),
  };
}

/** What is wrong with a part, by the field that names it and its file. */
export function ownPartError(part: OwnPart, path: string, problem: string, hint: string, cause?: unknown) {
  return badInput(`${ownParts[part].join('.')}: ${path} ${problem}`, hint, cause);
}

/** Calls code of a user's module: what it throws names field and file. */
export function callOwn<T>(part: OwnPart, path: string, what: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw failedOwn(part, path, what, error);
  }
}

/** What code of a user's module threw, with field and file. */
export function failedOwn(part: OwnPart, path: string, what: string, error: unknown): FeddymemError {
  if (isInterruption(error)) return error;
  // Shapes that don't fit together are a defect of ours in our own losses only.
  const reason = messageOf(error).replace(/^internal error: /, '');
  return ownPartError(part, path, `fails in ${what}: ${reason}`, `Mend it; ${see}`, error);
}

export const see = 'docs/own-modules.md has an example.';
