import { renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { badInput, messageOf } from '../../base/errors.js';
import type { ScenarioSegment } from '../run/build-federation.js';
import { codeOfRuns } from '../run/code-fingerprint.js';
import { packageVersions } from '../run/versions.js';
import { parseScenario } from '../scenario/load.js';
import { moduleHashes, type ModuleHashes } from './module-hashes.js';

/** What a run was started with: enough to make it again. The first file in its folder. */
export interface Manifest {
  /** What held from which round on: one entry, and one more for every fork. */
  readonly segments: readonly ScenarioSegment[];
  /** The run this one is a fork of. */
  readonly forkOf?: string;
  readonly versions: Readonly<Record<string, string>>;
  /** A hash over the code that computes. */
  readonly code: string;
  /** What the user's own modules and traces held, where there are any. */
  readonly modules?: ModuleHashes;
}

const format = 'feddymem run 1';
export const manifestFile = 'manifest.json';

export function manifestOf(segments: readonly ScenarioSegment[], forkOf?: string): Manifest {
  const modules = moduleHashes(segments);
  return {
    segments,
    ...(forkOf !== undefined && { forkOf }),
    versions: packageVersions(),
    code: codeOfRuns(),
    ...(Object.keys(modules).length > 0 && { modules }),
  };
}

/** Whole or not at all; at once, for the simulation does not wait. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, manifestFile);
  writeFileSync(`${path}.tmp`, JSON.stringify({ format, ...manifest }, null, 2) + '\n');
  renameSync(`${path}.tmp`, path);
}

/** @throws FeddymemError (bad-input) when there is none, or none that this version reads */
export async function readManifest(folder: string): Promise<Manifest> {
  const path = join(folder, manifestFile);
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw badInput(`${path} can't be read: ${messageOf(error)}`, 'Give the folder of a run.', error);
  }
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) {
    throw badInput(
      `${path} is no manifest that this version reads`,
      'Run the scenario again with this version.',
      parsed.error,
    );
  }
  const { segments, ...rest } = parsed.data;
  return {
    ...rest,
    segments: segments.map(({ fromRound, scenario }) => ({
      fromRound,
      scenario: parseScenario(scenario, path),
    })),
  };
}

const manifestSchema = z.object({
  format: z.literal(format),
  segments: z.array(z.object({ fromRound: z.int().nonnegative(), scenario: z.unknown() })).min(1),
  forkOf: z.string().optional(),
  versions: z.record(z.string(), z.string()),
  code: z.string(),
  modules: z.record(z.string(), z.string()).optional(),
});
