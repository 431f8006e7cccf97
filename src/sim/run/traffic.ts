import { payloadBytes, serverId, type Step } from '../../actors/messages.js';
import type { SystemEvent } from '../../actors/actor-system.js';

export interface RoundTraffic {
  bytesUp: number;
  bytesDown: number;
  /** Virtual time of the round's last event. */
  virtualSeconds: number;
  losses: number[];
}

/** Adds up what the events of a simulation carried, round by round; null is before the rounds. */
export function createTraffic(steps: readonly Step[]): {
  add(event: SystemEvent): void;
  of(round: number | null): RoundTraffic;
} {
  const rounds = new Map<number | null, RoundTraffic>();
  const of = (round: number | null): RoundTraffic => {
    let traffic = rounds.get(round);
    if (!traffic) rounds.set(round, (traffic = { bytesUp: 0, bytesDown: 0, virtualSeconds: 0, losses: [] }));
    return traffic;
  };
  return {
    of,
    add(event) {
      if (event.kind !== 'delivered') return;
      const { message, from } = event.envelope;
      if (!('step' in message)) return;
      const traffic = of(steps[message.step].round);
      if (from === serverId) traffic.bytesDown += payloadBytes(message);
      else traffic.bytesUp += payloadBytes(message);
      traffic.virtualSeconds = event.time;
      if (message.kind === 'computed' && 'loss' in message.outcome.figures) {
        traffic.losses.push(message.outcome.figures.loss);
      }
    },
  };
}
