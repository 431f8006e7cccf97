import { hashJson, type ContentHash, type Json } from '../../base/hash.js';
import type { StepJob } from '../../actors/steps.js';
import type { Method } from '../../model/methods/method.js';
import { isPinned } from '../../model/own-part.js';
import type { MethodChoice } from '../../model/methods/own-method.js';
import { methods } from '../../model/methods/registry.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import { unreadSettings } from '../../model/methods/unread-by.js';
import { readableSettings } from '../../model/methods/unread-settings.js';
import type { PatchSource } from '../worker/jobs.js';
import { codeOfJobs } from './code-fingerprint.js';

/** What all jobs of a run have in common. */
export interface JobSetting {
  readonly engine: string;
  readonly method: MethodChoice;
  readonly seed: number;
  /** Shape of the features; their bits are named by the images' own keys. */
  readonly backbone: Json;
  /** Versions of all that computes, and the kind of processor. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * The hash of everything that a job's result depends on: code, engine, inputs, and the settings that its step reads, so
 * that runs which differ in later steps alone share the earlier ones.
 */
export function jobKeys({
  method,
  ...setting
}: JobSetting): (job: StepJob, settings: MethodSettings, images: ContentHash) => ContentHash {
  const common = hashJson({ ...setting, versions: setting.versions, code: codeOfJobs() });
  // The same few objects come with every job.
  const workOf = memoisedSteps((step, role) => {
    const unread = unreadSettings(method, step, role);
    return {
      method: ownerOf(method, step, role),
      settingsHash: memoised((settings: MethodSettings) =>
        hashJson(readableSettings(settings, unread, step) as unknown as Json),
      ),
    };
  });
  return (job, settings, images) => {
    const work = workOf(job.step.name, job.role);
    return hashJson({
      common,
      method: work.method,
      settings: work.settingsHash(settings),
      actor: job.actor,
      role: job.role,
      step: job.step.name,
      round: job.step.round,
      local: job.local as unknown as Json,
      setup: job.setup?.hash ?? null,
      received: job.received.map(({ from, payload, weight }) => [from, payload?.hash ?? null, weight]),
      images,
    });
  };
}

/** What a job's key has of its client's images. */
export function hashOfImages(images: readonly PatchSource[]): ContentHash {
  return hashJson(images as unknown as Json);
}

type Role = StepJob['role'];

/** Methods that have a step's work in common share its results: the first of them gives its name. */
function ownerOf(method: MethodChoice, step: string, role: Role): string {
  if (isPinned(method)) return method;
  const work: Method = methods[method];
  const known: readonly Method[] = Object.values(methods);
  return (known.find((other) => other[role][step] === work[role][step]) ?? work).name;
}

function memoisedSteps<V>(compute: (step: string, role: Role) => V): (step: string, role: Role) => V {
  const known = new Map<string, V>();
  return (step, role) => {
    const key = `${role} ${step}`;
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(step, role)));
    return value;
  };
}

function memoised<K extends object, V>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(key)));
    return value;
  };
}
