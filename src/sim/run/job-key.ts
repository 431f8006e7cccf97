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
  // The same few objects come with every job.
  const settingsHash = memoised((settings: MethodSettings) => hashJson(settings as unknown as Json));
  const imagesHash = memoised((images: readonly PatchSource[]) => hashJson(images as unknown as Json));
  return (job, settings, images) =>
    hashJson({
      common,
      settings: settingsHash(settings),
      actor: job.actor,
      role: job.role,
      step: job.step.name,
      round: job.step.round,
      local: job.local as unknown as Json,
      setup: job.setup?.hash ?? null,
      received: job.received.map(({ from, payload, weight }) => [from, payload?.hash ?? null, weight]),
      images: imagesHash(images),
    });
}

function memoised<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(key)));
    return value;
  };
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
