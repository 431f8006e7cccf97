import { payloadBytes, serverId, setupBytes } from '../../actors/messages.js';
import type { SystemEvent } from '../../actors/system-events.js';
import type { Step, StepJob } from '../../actors/steps.js';
import { createBufferedLosses } from './buffered-losses.js';
import { isBuffered, segmentAt, type Federation } from './federation.js';

/** What a round moved, took and left out. */
export interface RoundTraffic {
  bytesUp: number;
  bytesDown: number;
  /** Virtual time of the round's last delivery, or of its being abandoned. */
  virtualSeconds: number;
  /** Energy of the clients' computing and sending. */
  joules: number;
  invited: number;
  accepted: number;
  refused: number;
  late: number;
  abandoned: string | null;
  losses: number[];
}

/** What a client moved and spent over the whole run. */
export interface ClientTraffic {
  bytesUp: number;
  bytesDown: number;
  computeSeconds: number;
  joules: number;
}

export interface Traffic {
  add(event: SystemEvent): void;
  /** null: before the rounds; what a client is given once counts there whenever it comes. */
  round(round: number | null): RoundTraffic;
  client(id: string): ClientTraffic;
  /** Whether it was sent anything. */
  has(id: string): boolean;
}

/** Adds up what the events of a simulation carried. Bytes count when they are sent, once a message. */
export function createTraffic({ steps, segments }: Pick<Federation, 'steps' | 'segments'>): Traffic {
  const rounds = new Map<number | null, RoundTraffic>();
  const clients = new Map<string, ClientTraffic>();
  const roundOf = (round: number | null): RoundTraffic =>
    entry(rounds, round, () => ({
      bytesUp: 0,
      bytesDown: 0,
      virtualSeconds: 0,
      joules: 0,
      invited: 0,
      accepted: 0,
      refused: 0,
      late: 0,
      abandoned: null,
      losses: [],
    }));
  /** What clients compute, by client. */
  const underWay = new Map<string, readonly { readonly job: StepJob; readonly until: number }[]>();
  const buffered = (step: Step) => isBuffered(segmentAt(segments, step.round), step);
  const buffer = createBufferedLosses();
  /** Tasks are numbered as they are first asked. */
  let newestTask = 0;
  const clientOf = (id: string): ClientTraffic =>
    entry(clients, id, () => ({ bytesUp: 0, bytesDown: 0, computeSeconds: 0, joules: 0 }));

  function spend(id: string, round: number | null, joules: number): void {
    clientOf(id).joules += joules;
    roundOf(round).joules += joules;
  }

  function compute({ actor, step: { round } }: StepJob, seconds: number): void {
    clientOf(actor).computeSeconds += seconds;
    spend(actor, round, segmentAt(segments, round).fleet.computeJoules(actor, seconds));
  }

  function begin(job: StepJob, seconds: number, now: number): void {
    compute(job, seconds);
    const others = (underWay.get(job.actor) ?? []).filter(({ until }) => until > now);
    underWay.set(job.actor, [...others, { job, until: now + seconds }]);
  }

  /** What is left of its jobs is not done. */
  function stop(actor: string, now: number): void {
    for (const { job, until } of underWay.get(actor) ?? []) if (until > now) compute(job, now - until);
    underWay.delete(actor);
  }

  function addSent({ from, to, message }: Extract<SystemEvent, { kind: 'sent' }>['envelope']): void {
    if (message.kind !== 'broadcast' && message.kind !== 'upload') return;
    const { round, audience } = steps[message.step];
    const { fleet } = segmentAt(segments, round);
    const bytes = payloadBytes(message);
    if (from === serverId) {
      // Who finishes was not sampled.
      if (message.task > newestTask && audience === 'cohort') roundOf(round).invited++;
      newestTask = Math.max(newestTask, message.task);
      const once = setupBytes(message);
      roundOf(round).bytesDown += bytes - once;
      roundOf(null).bytesDown += once;
      clientOf(to).bytesDown += bytes;
      spend(to, round, fleet.transferJoules(to, 0, bytes));
    } else {
      roundOf(round).bytesUp += bytes;
      clientOf(from).bytesUp += bytes;
      spend(from, round, fleet.transferJoules(from, bytes, 0));
    }
  }

  function addRecorded({ event, time }: Extract<SystemEvent, { kind: 'recorded' }>): void {
    if (event.kind === 'finished') return;
    const { round, audience } = steps[event.step];
    const traffic = roundOf(round);
    if (event.kind === 'step-done' && audience === 'cohort') traffic.accepted += event.accepted;
    else if (event.kind === 'refused') traffic.refused++;
    else if (event.kind === 'late') traffic.late++;
    else if (event.kind === 'step-abandoned') {
      traffic.abandoned = event.reason;
      traffic.virtualSeconds = time;
    }
  }

  return {
    round: roundOf,
    client: clientOf,
    has: (id) => clients.has(id),
    add(event) {
      switch (event.kind) {
        case 'sent':
          addSent(event.envelope);
          return;
        case 'compute': {
          const { role, step } = event.job;
          if (role === 'server') {
            if (buffered(step)) roundOf(step.round).losses.push(...buffer.taken(event.job.received));
            return;
          }
          begin(event.job, event.seconds, event.time);
          return;
        }
        case 'crashed':
        case 'failed':
          // A client that fails may go on; what it was computing beside is dropped where it starts again or stops.
          if (event.kind === 'crashed' || event.directive !== 'resume') stop(event.actor, event.time);
          return;
        case 'delivered': {
          const { from, message } = event.envelope;
          if (!('step' in message)) return;
          const step = steps[message.step];
          const traffic = roundOf(step.round);
          traffic.virtualSeconds = event.time;
          if (message.kind === 'upload' && buffered(step))
            buffer.uploaded(from, message.task, message.payload);
          if (message.kind !== 'computed' || !('loss' in message.outcome.figures)) return;
          const { loss } = message.outcome.figures;
          if (buffered(step)) buffer.made(from, message.task, loss);
          else traffic.losses.push(loss);
          return;
        }
        case 'recorded':
          addRecorded(event);
      }
    },
  };
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
