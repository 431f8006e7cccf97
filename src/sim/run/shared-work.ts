import { canonicalJson, type ContentHash, type Json } from '../../base/hash.js';
import type { Environment } from '../worker/jobs.js';
import { executorOn, openWorkers, type AroundTasks, type Executor, type WorkerPool } from './executor.js';
import { createJobsUnderWay, type JobsUnderWay } from './jobs-under-way.js';
import { withSharedFeatures, type KnownFeatures } from './shared-features.js';

/** What runs of one process share: worker threads, and the work that several of them need at the same time. */
export interface SharedWork {
  readonly jobs: JobsUnderWay<ContentHash>;
  /** A run's own executor on the threads of its environment. */
  executor(environment: Environment, around?: AroundTasks): Executor;
  /** After entries of the cache were deleted: what is known of features is asked for again. */
  forgetFeatures(): void;
  close(): Promise<void>;
}

/** @param workers threads a pool; `inline`: this thread */
export function createSharedWork(workers: number | 'inline'): SharedWork {
  const pools = new Map<string, { readonly pool: WorkerPool; users: number }>();
  const features = new Map<string, KnownFeatures>();
  let closing: Promise<unknown> = Promise.resolve();

  /** Runs come ordered by environment: when another one begins, the threads of those before are done. */
  function closeIdle(except: string): void {
    for (const [key, { pool, users }] of pools) {
      if (key === except || users > 0) continue;
      pools.delete(key);
      closing = Promise.all([closing, pool.close()]);
    }
  }

  return {
    jobs: createJobsUnderWay(),
    executor(environment, around) {
      const key = poolKey(environment);
      closeIdle(key);
      let entry = pools.get(key);
      if (!entry) pools.set(key, (entry = { pool: openWorkers(workers), users: 0 }));
      const opened = entry;
      opened.users++;
      const known = features.get(key) ?? new Map();
      features.set(key, known);
      const own = withSharedFeatures(
        executorOn(opened.pool, environment, around),
        known,
        environment.cacheFolder,
      );
      let open = true;
      return {
        ...own,
        async close() {
          await own.close();
          if (open) opened.users--;
          open = false;
        },
      };
    },
    forgetFeatures() {
      for (const known of features.values()) known.clear();
    },
    async close() {
      await closing;
      await Promise.all([...pools.values()].map(({ pool }) => pool.close()));
      pools.clear();
    },
  };
}

/** Drawn features need no weights: all their environments share one pool. */
function poolKey({ backbone, ...others }: Environment): string {
  return canonicalJson({ ...others, backbone: backbone.name === 'none' ? 'none' : backbone } as Json);
}
