import type { Executor } from './executor.js';
import { scoreFederation, type FederationScores, type Look, type ScoringTask } from './scores.js';

/** Takes looks at the federation, and scores them at once or together. */
export interface ScoringDesk {
  score(look: Promise<Look>): Promise<FederationScores>;
  /** No other comes: all that wait are scored. */
  close(): Promise<void>;
}

/** Detectors that may wait, in bytes. */
const waitingBytes = 1 << 28;

/**
 * @param together looks wait for each other, as many as fit into memory: images are read and taken into a space once for
 *   all of them. Scores are the same.
 */
export function createScoringDesk(executor: Executor, task: ScoringTask, together: boolean): ScoringDesk {
  interface Waiting {
    readonly look: Look;
    readonly done: (scores: FederationScores) => void;
    readonly failed: (reason: unknown) => void;
  }
  const announced: Promise<Look>[] = [];
  let waiting: Waiting[] = [];
  let bytes = 0;

  function scoreWaiting(): void {
    const now = waiting;
    waiting = [];
    bytes = 0;
    if (now.length === 0) return;
    scoreFederation(
      executor,
      task,
      now.map(({ look }) => look),
    ).then(
      (all) => {
        now.forEach(({ done }, at) => {
          done(all[at]);
        });
      },
      (reason: unknown) => {
        for (const { failed } of now) failed(reason);
      },
    );
  }

  return {
    async score(coming) {
      if (together) announced.push(coming);
      const look = await coming;
      return new Promise((done, failed) => {
        waiting.push({ look, done, failed });
        for (const blob of look.detectors.values()) bytes += blob?.bytes.byteLength ?? 0;
        if (!together || bytes > waitingBytes) scoreWaiting();
      });
    },
    async close() {
      await Promise.allSettled(announced);
      // Whoever awaited a look before has put it down by now.
      scoreWaiting();
    },
  };
}
