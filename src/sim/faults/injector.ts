import type { FaultInjector } from '../../actors/faults.js';
import { serverId, type Envelope } from '../../actors/messages.js';
import type { Step } from '../../actors/steps.js';
import type { Fault } from './schema.js';

/** What the network has to do to a message. */
export type MessageFault = Extract<
  Fault,
  { kind: 'lose' | 'duplicate' | 'delay' | 'corrupt' | 'invalid' | 'poison' | 'crash-sending' }
>;

export interface PlannedFaults extends FaultInjector {
  /** Asked once for each message that is sent. */
  onSend(envelope: Envelope): readonly MessageFault[];
  /** When, in virtual seconds, a client is cut off: overlaps with [from, to]. */
  isCutOff(client: string, from: number, to: number): boolean;
}

type ByKind<Kind extends Fault['kind']> = Extract<Fault, { kind: Kind }>;

/** A plan of faults at work. Faults of one step hit once (`poison`: always). */
export function plannedFaults(plan: readonly Fault[], steps: readonly Step[]): PlannedFaults {
  const of = <Kind extends Fault['kind']>(...kinds: readonly Kind[]) =>
    plan.filter((fault): fault is ByKind<Kind> => (kinds as readonly string[]).includes(fault.kind));
  const partitions = of('partition');
  const inJobs = of('crash-computing', 'job-fails');
  const inMessages = of('lose', 'duplicate', 'delay', 'corrupt', 'invalid', 'poison', 'crash-sending');
  const hits = new Map<Fault, number>();
  /** Counts what fits the fault; true when this is the one to hit. */
  const isDue = (fault: Fault, nth: number): boolean => {
    const count = (hits.get(fault) ?? 0) + 1;
    hits.set(fault, count);
    return count === nth;
  };
  const fits = (fault: { step: string; round?: number }, { name, round }: Step) =>
    fault.step === name && (fault.round === undefined || fault.round === round);

  return {
    crashes: of('crash'),
    onCompute(job) {
      for (const fault of inJobs) {
        const actor = fault.kind === 'job-fails' ? fault.client : fault.actor;
        if (actor !== job.actor || !fits(fault, job.step) || !isDue(fault, 1)) continue;
        if (fault.kind === 'job-fails') return { kind: 'fail', reason: 'the job failed, as planned' };
        return { kind: 'crash', share: fault.share, restartAfter: fault.restartAfter };
      }
      return null;
    },
    onSend({ from, to, message }) {
      if (message.kind !== 'broadcast' && message.kind !== 'upload') return [];
      const up = to === serverId;
      const client = up ? from : to;
      const step = steps[message.step];
      return inMessages.filter((fault) => {
        if (fault.client !== client) return false;
        if (fault.kind === 'poison') return up && (step.round ?? -1) >= fault.fromRound;
        const direction = 'direction' in fault ? fault.direction : 'up';
        return (
          (direction === 'up') === up && fits(fault, step) && isDue(fault, 'nth' in fault ? fault.nth : 1)
        );
      });
    },
    isCutOff: (client, from, to) =>
      partitions.some(
        (fault) => fault.clients.includes(client) && from <= fault.from + fault.seconds && to >= fault.from,
      ),
  };
}
