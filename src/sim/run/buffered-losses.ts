import type { BlobReference } from '../../base/blob.js';
import type { Received } from '../../actors/steps.js';

/**
 * Training losses of a buffer's rounds: of the uploads that each took, and not of work that was still under way or that
 * nothing took.
 */
export interface BufferedLosses {
  /** A client has done a task. */
  made(client: string, task: number, loss: number): void;
  /** Its answer has arrived, as it is now. */
  uploaded(client: string, task: number, payload: BlobReference | null): void;
  /** Losses of what the server computes over, each the first time that it does. */
  taken(received: readonly Received[]): number[];
}

export function createBufferedLosses(): BufferedLosses {
  const byTask = new Map<string, number>();
  /** Which task an upload answers: one that was damaged on its way comes again. */
  const taskOf = new Map<string, string>();
  const keyOf = (client: string, payload: BlobReference | null) => `${payload?.hash ?? ''} ${client}`;
  return {
    made(client, task, loss) {
      byTask.set(`${task} ${client}`, loss);
    },
    uploaded(client, task, payload) {
      taskOf.set(keyOf(client, payload), `${task} ${client}`);
    },
    taken: (received) =>
      received.flatMap(({ from, payload }) => {
        const task = taskOf.get(keyOf(from, payload)) ?? '';
        const loss = byTask.get(task);
        byTask.delete(task);
        return loss === undefined ? [] : [loss];
      }),
  };
}
