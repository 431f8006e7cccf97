import type { Blob, BlobMap, BlobReference } from '../../base/blob.js';
import { hashJson, type ContentHash, type Json } from '../../base/hash.js';
import type { StepJob, StepOutcome } from '../../actors/messages.js';
import type { MethodSettings } from '../../model/methods/settings.js';
import type { MethodName } from '../../model/methods/registry.js';
import type { BlobStore } from './blob-store.js';
import type { Executor } from './executor.js';
import type { ClientFeatures } from './features.js';

/** What all steps of a run have in common. */
export interface StepSetting {
  readonly method: MethodName;
  readonly settings: MethodSettings;
  readonly seed: number;
  readonly features: ReadonlyMap<string, ClientFeatures>;
}

export type StepRunner = (job: StepJob) => Promise<StepOutcome>;

/**
 * Runs steps as pure jobs: a job with the same inputs is computed once, so that an evaluation between rounds and the
 * real last exchange share their work.
 */
export function createStepRunner(setting: StepSetting, executor: Executor, store: BlobStore): StepRunner {
  const known = new Map<ContentHash, Promise<StepOutcome>>();
  return (job) => {
    const key = hashJson({
      actor: job.actor,
      step: job.step as unknown as Json,
      local: job.local as unknown as Json,
      received: job.received as unknown as Json,
    });
    let outcome = known.get(key);
    if (!outcome) known.set(key, (outcome = compute(job)));
    return outcome;
  };

  async function compute(job: StepJob): Promise<StepOutcome> {
    const fetch = (reference: BlobReference): Blob => ({ hash: reference.hash, bytes: store.get(reference) });
    const { method, settings, seed, features } = setting;
    const result = await executor.run({
      kind: 'step',
      method,
      settings,
      seed,
      actor: job.actor,
      role: job.role,
      step: job.step,
      local: Object.fromEntries(
        Object.entries(job.local).map(([name, reference]) => [name, fetch(reference)]),
      ),
      received: job.received.map(({ from, payload }) => ({ from, payload: payload && fetch(payload) })),
      images: job.role === 'client' ? (features.get(job.actor)?.train ?? []) : [],
    });
    const local: BlobMap = Object.fromEntries(
      Object.entries(result.local).map(([name, blob]) => [name, store.put(blob)]),
    );
    return { local, message: result.message && store.put(result.message), figures: result.figures };
  }
}

/** Runs the remaining steps outside the network, from a snapshot: what the actors would do if no round followed. */
export async function finishFrom(
  run: StepRunner,
  steps: readonly StepJob['step'][],
  serverId: string,
  snapshot: {
    readonly clients: ReadonlyMap<string, BlobMap>;
    readonly server: BlobMap;
    readonly broadcast: BlobReference | null;
  },
  heldOut: readonly string[],
): Promise<Map<string, BlobMap>> {
  const locals = new Map(snapshot.clients);
  let server = snapshot.server;
  let { broadcast } = snapshot;
  for (const step of steps) {
    const audience = [...locals.keys()].filter(
      (id) => heldOut.includes(id) === (step.audience === 'held-out'),
    );
    const received = await Promise.all(
      audience.map(async (actor) => {
        const local = locals.get(actor)!;
        const outcome = await run({
          actor,
          role: 'client',
          step,
          local,
          received: [{ from: serverId, payload: broadcast }],
        });
        locals.set(actor, { ...local, ...outcome.local });
        return { from: actor, payload: outcome.message };
      }),
    );
    broadcast = null;
    if (step.aggregates) {
      const outcome = await run({ actor: serverId, role: 'server', step, local: server, received });
      server = { ...server, ...outcome.local };
      broadcast = outcome.message;
    }
  }
  return locals;
}
