import { FeddymemError, invariant } from '../base/errors.js';
import { createEventHeap, type EventKey } from './event-heap.js';

/** What an event does. A promise is awaited before virtual time goes on. */
export type Action = () => void | Promise<void>;

export interface Kernel {
  /** Virtual seconds since the start. */
  now(): number;
  /** Runs `action` after `delay` virtual seconds; ties go by priority (lower first), then by order of scheduling. */
  schedule(delay: number, action: Action, priority?: number): ScheduledEvent;
  /** Runs events in order until none is left, or until `until`. @throws what an action throws; FeddymemError when aborted */
  run(options?: { readonly signal?: AbortSignal; readonly until?: () => boolean }): Promise<void>;
  /** Events run so far. */
  eventCount(): number;
}

export interface ScheduledEvent {
  cancel(): void;
}

interface PendingEvent extends EventKey {
  action: Action | null;
}

/**
 * The event kernel: virtual time passes from event to event and never reads a clock. Real work (a worker's job) goes
 * on meanwhile; the kernel waits for it only inside the event at which its result is due.
 */
export function createKernel(): Kernel {
  const heap = createEventHeap<PendingEvent>();
  let time = 0;
  let sequence = 0;
  let count = 0;
  return {
    now: () => time,
    schedule(delay, action, priority = 0) {
      // The message is made only when it is needed: this is the hottest line of a simulation.
      if (!(delay >= 0 && delay < Infinity)) invariant(false, `an event can't be scheduled in ${delay} s`);
      const event: PendingEvent = { time: time + delay, priority, sequence: sequence++, action };
      heap.push(event);
      return {
        cancel: () => {
          event.action = null;
        },
      };
    },
    async run({ signal, until } = {}) {
      for (let event = heap.pop(); event; event = heap.pop()) {
        if (signal?.aborted) throw new FeddymemError('interrupted', 'interrupted');
        if (!event.action) continue;
        time = event.time;
        count++;
        const pending = event.action();
        if (pending) await pending;
        if (until?.()) return;
      }
    },
    eventCount: () => count,
  };
}
