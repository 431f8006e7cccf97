import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sha256, type ContentHash } from '../../base/hash.js';

/** A hash over the code that jobs run, so that another version never takes this one's results. */
export function codeOfJobs(): ContentHash {
  return (jobsFingerprint ??= fingerprintOf(jobFolders));
}
let jobsFingerprint: ContentHash | undefined;

/** The same over all that events, bytes and figures of a run come from: what jobs run, and the simulation around them. */
export function codeOfRuns(): ContentHash {
  return (runsFingerprint ??= fingerprintOf([...jobFolders, ...simulationFolders]));
}
let runsFingerprint: ContentHash | undefined;

const jobFolders = ['base', 'memory', 'model', 'sim/worker', 'sim/data'];
const simulationFolders = ['actors', 'sim/run', 'sim/schedule', 'sim/fleet', 'sim/faults'];

function fingerprintOf(folders: readonly string[]): ContentHash {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return sha256(
    files
      .sort()
      .map((file) => sha256(readFileSync(file)))
      .join(),
  );
}
