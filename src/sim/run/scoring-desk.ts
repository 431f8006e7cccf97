import { groupedBy } from '../../base/grouped-by.js';
import type { ContentHash } from '../../base/hash.js';
import type { Executor } from './executor.js';
import {
  scoreFederation,
  type FederationScores,
  type Judging,
  type Look,
  type ScoringTask,
} from './scores.js';

/** Takes looks at the federation, and scores them at once or together. */
export interface ScoringDesk {
  score(look: Promise<Look>, judging: Judging): Promise<FederationScores>;
  /** No other comes: all that wait are scored. */
  close(): Promise<void>;
}

/** What may wait: detectors, and room for the scores they will give, in bytes. */
const waitingBytes = 1 << 28;
/** A detector's scores of a client's images, as they lie in memory. */
const entryBytes = 256;

/**
 * @param together looks wait for each other, as many as fit into memory: images are read and taken into a space once for
 *   all of them. Scores are the same.
 */
export function createScoringDesk(
  executor: Executor,
  task: Omit<ScoringTask, keyof Judging>,
  together: boolean,
  budget = waitingBytes,
): ScoringDesk {
  interface Waiting {
    readonly look: Look;
    readonly judging: Judging;
    readonly done: (scores: FederationScores) => void;
    readonly failed: (reason: unknown) => void;
  }
  /** They hold no look: it goes when it is scored. */
  const announced: Promise<void>[] = [];
  let waiting: Waiting[] = [];
  let bytes = 0;
  /** Averaged models are many clients' one. */
  const counted = new Set<ContentHash>();

  function scoreWaiting(): void {
    const now = waiting;
    waiting = [];
    bytes = 0;
    counted.clear();
    // A fork may judge other rounds otherwise.
    const groups = groupedBy(now, ({ judging: { generator, imageScore } }) =>
      JSON.stringify([generator, imageScore]),
    );
    for (const alike of groups.values()) {
      scoreFederation(
        executor,
        { ...task, ...alike[0].judging },
        alike.map(({ look }) => look),
      ).then(
        (all) => {
          alike.forEach(({ done }, at) => {
            done(all[at]);
          });
        },
        (reason: unknown) => {
          for (const { failed } of alike) failed(reason);
        },
      );
    }
  }

  function weigh({ detectors, scope }: Look): void {
    const { size } = detectors;
    bytes += entryBytes * (scope === 'global' ? size * size : size);
    for (const blob of detectors.values()) {
      if (!blob || counted.has(blob.hash)) continue;
      counted.add(blob.hash);
      bytes += blob.bytes.byteLength;
    }
  }

  return {
    async score(coming, judging) {
      if (together)
        announced.push(
          coming.then(
            () => undefined,
            () => undefined,
          ),
        );
      const look = await coming;
      return new Promise((done, failed) => {
        waiting.push({ look, judging, done, failed });
        weigh(look);
        if (!together || bytes > budget) scoreWaiting();
      });
    },
    async close() {
      await Promise.allSettled(announced);
      // Whoever awaited a look before has put it down by now.
      scoreWaiting();
    },
  };
}
