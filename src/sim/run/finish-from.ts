import type { BlobMap } from '../../base/blob.js';
import { serverId } from '../../actors/messages.js';
import { updatedLocal } from '../../actors/steps.js';
import type { Federation, Segment } from './federation.js';
import type { Snapshot, StepRunner } from './step-runner.js';

export interface FinishedFrom {
  /** Local state of every client. */
  readonly states: ReadonlyMap<string, BlobMap>;
  /** What the remaining exchanges would move, both ways; setup, which counts once, left out. */
  readonly bytes: number;
}

/**
 * Runs the remaining steps outside the network, from a snapshot: what the actors would do if no round followed.
 * @param segment whose settings hold, whatever a fork says of later rounds
 */
export async function finishFrom(
  { run }: StepRunner,
  { finishing, settings }: Pick<Segment, 'finishing' | 'settings'>,
  snapshot: Snapshot,
  { evaluated, heldOut }: Pick<Federation, 'evaluated' | 'heldOut'>,
): Promise<FinishedFrom> {
  const locals = new Map(snapshot.clients);
  let { server, broadcast, setup } = snapshot;
  let bytes = 0;
  for (const step of finishing) {
    const audience = step.audience === 'held-out' ? heldOut : evaluated;
    const received = await Promise.all(
      audience.map(async (actor) => {
        const local = locals.get(actor)!;
        const given = [{ from: serverId, payload: broadcast, weight: 1 }];
        const outcome = await run({ actor, role: 'client', step, local, setup, received: given }, settings);
        locals.set(actor, updatedLocal(local, outcome.local));
        return { from: actor, payload: outcome.message, weight: 1 };
      }),
    );
    bytes += audience.length * (broadcast?.bytes ?? 0);
    for (const { payload } of received) bytes += payload?.bytes ?? 0;
    broadcast = null;
    if (step.aggregates) {
      const outcome = await run(
        { actor: serverId, role: 'server', step, local: server, setup, received },
        settings,
      );
      server = updatedLocal(server, outcome.local);
      broadcast = outcome.message;
      setup = outcome.setup ?? setup;
    }
  }
  return { states: locals, bytes };
}
