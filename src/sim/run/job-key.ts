import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashJson, sha256, type ContentHash, type Json } from '../../base/hash.js';
import type { StepJob } from '../../actors/steps.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import type { PatchSource } from '../worker/jobs.js';

/** What all jobs of a run have in common. */
export interface JobSetting {
  readonly engine: string;
  readonly method: string;
  readonly seed: number;
  /** Shape of the features; their bits are named by the images' own keys. */
  readonly backbone: Json;
  /** Versions of all that computes, and the kind of processor. */
  readonly versions: Readonly<Record<string, string>>;
}

/** The hash of everything that a job's result depends on: code, engine, settings and inputs. */
export function jobKeys(
  setting: JobSetting,
): (job: StepJob, settings: MethodSettings, images: readonly PatchSource[]) => ContentHash {
  const common = hashJson({ ...setting, versions: setting.versions, code: codeFingerprint() });
  return (job, settings, images) =>
    hashJson({
      common,
      settings: settings as unknown as Json,
      actor: job.actor,
      role: job.role,
      step: job.step.name,
      round: job.step.round,
      local: job.local as unknown as Json,
      setup: job.setup?.hash ?? null,
      received: job.received.map(({ from, payload, weight }) => [from, payload?.hash ?? null, weight]),
      images: images as unknown as Json,
    });
}

let fingerprint: ContentHash | undefined;

/** A hash over the code that computes, so that another version never takes this one's results. */
export function codeFingerprint(): ContentHash {
  if (fingerprint) return fingerprint;
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const files = ['base', 'memory', 'model', 'sim/worker', 'sim/data'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.[jt]s$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  fingerprint = sha256(
    files
      .sort()
      .map((file) => sha256(readFileSync(file)))
      .join(),
  );
  return fingerprint;
}
