import { readFileSync } from 'node:fs';
import { badInput } from '../../base/errors.js';
import { sha256 } from '../../base/hash.js';
import { traceFiles } from '../fleet/traces.js';
import type { ScenarioSegment } from '../run/build-federation.js';
import { isModulePath } from '../scenario/module-paths.js';

/** SHA-256 of a user's own modules and traces, by their paths. */
export type ModuleHashes = Readonly<Record<string, string>>;

/** What the modules and traces that segments name hold now. One that can't be read is left out: to run it is an error anyway. */
export function moduleHashes(segments: readonly ScenarioSegment[]): ModuleHashes {
  const named = segments.flatMap(({ scenario: { method, fleet } }): string[] => [
    method.name,
    method.training.loss,
    method.training.generator,
    ...traceFiles(fleet),
  ]);
  const paths = [...new Set(named)].filter((name) => name.startsWith('/')).sort();
  return Object.fromEntries(
    paths.flatMap((path) => {
      try {
        return [[path, sha256(readFileSync(path))] as const];
      } catch {
        return [];
      }
    }),
  );
}

/** @throws FeddymemError (bad-input) when a module or trace of a run is no longer what it was */
export function refuseChangedFiles(run: Parameters<typeof changedFiles>[0]): void {
  refuse(changedFiles(run));
}

/** The same of modules alone: a detector depends on no trace. */
export function refuseChangedModules(run: Parameters<typeof changedFiles>[0]): void {
  refuse(changedFiles(run).filter(isModulePath));
}

function refuse(changed: readonly string[]): void {
  if (changed.length === 0) return;
  throw badInput(
    `${changed.join(', ')}: edited or gone since the run was made`,
    'Put back what the run was made with, or run its scenario anew.',
  );
}

/** Paths of a run's modules and traces that are no longer what they were. */
export function changedFiles(run: {
  readonly segments: readonly ScenarioSegment[];
  readonly modules?: ModuleHashes;
}): string[] {
  const { segments, modules = {} } = run;
  const now = moduleHashes(segments);
  return Object.keys(modules).filter((path) => modules[path] !== now[path]);
}
