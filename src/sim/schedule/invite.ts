import { stream, type RandomStream } from '../../base/random.js';
import type { Invitation, InvitationRequest } from '../../actors/server-state.js';
import type { Step } from '../../actors/steps.js';
import type { Fleet } from '../fleet/fleet.js';
import type { ScheduleSettings } from './schema.js';

export interface Population {
  readonly seed: number;
  /** Clients that take part, in their order. */
  readonly participants: readonly string[];
  readonly heldOut: readonly string[];
  /** Of those who take part, who finishes. */
  readonly evaluated: readonly string[];
  readonly fleet: Fleet;
}

/**
 * Whom a step asks. A cohort is drawn from (seed, round) alone, among those the server can reach; everyone else's steps
 * wait for those who are away.
 */
export function inviteClients(
  { seed, participants, heldOut, evaluated, fleet }: Population,
  schedule: ScheduleSettings,
  step: Step,
  request: InvitationRequest,
): Invitation {
  const { now, isBusy, isGone } = request;
  const round = step.round ?? 0;
  if (step.audience !== 'cohort') {
    const audience = step.audience === 'held-out' ? heldOut : evaluated;
    return invitation(
      audience.filter((id) => !isGone(id)),
      Infinity,
    );
  }
  const size = cohortSize(schedule, participants.length);
  const wanted = request.wanted ?? Math.ceil(size * schedule.overSelection);
  const random =
    request.wanted === null
      ? stream(seed, 'cohort', round)
      : stream(seed, 'assignment', round, request.ordinal);
  const usable = (id: string) => !isGone(id) && !isBusy(id) && fleet.isAvailable(id, round, now);
  const chosen =
    wanted >= participants.length
      ? participants.filter(usable)
      : sample(participants, wanted, random, usable);
  if (chosen.length > 0) return invitation(chosen, request.wanted === null ? size : Infinity);
  const until = participants.reduce(
    (earliest, id) =>
      isGone(id) || isBusy(id) ? earliest : Math.min(earliest, fleet.availableFrom(id, now)),
    Infinity,
  );
  // Clients whose availability is drawn once a round stay away for all of it.
  return Number.isFinite(until) && until > now
    ? { kind: 'wait', until }
    : { kind: 'nobody', reason: 'no client is available' };
}

export function cohortSize({ cohort }: ScheduleSettings, participants: number): number {
  if (cohort === undefined) return participants;
  return Math.min(participants, cohort < 1 ? Math.max(1, Math.round(cohort * participants)) : cohort);
}

function invitation(clients: readonly string[], target: number): Invitation {
  return clients.length > 0
    ? { kind: 'clients', clients, target: Math.min(target, clients.length) }
    : { kind: 'nobody', reason: 'no client is left' };
}

/** Up to `count` usable clients in their order: a sparse Fisher–Yates shuffle, so that asking few of many is cheap. */
function sample(
  clients: readonly string[],
  count: number,
  random: RandomStream,
  usable: (id: string) => boolean,
): string[] {
  const moved = new Map<number, number>();
  const chosen: number[] = [];
  for (let left = clients.length; left > 0 && chosen.length < count; left--) {
    const at = random.integer(left);
    const index = moved.get(at) ?? at;
    moved.set(at, moved.get(left - 1) ?? left - 1);
    if (usable(clients[index])) chosen.push(index);
  }
  return chosen.sort((a, b) => a - b).map((index) => clients[index]);
}
