import { Subscription, type SchedulerAction, type SchedulerLike } from 'rxjs';
import type { Kernel, ScheduledEvent } from './kernel.js';

/** The kernel as an RxJS scheduler: `delay`, `timer`, `debounceTime` … then run in virtual time (milliseconds). */
export function kernelScheduler(kernel: Kernel): SchedulerLike {
  return {
    now: () => kernel.now() * 1000,
    schedule<T>(work: (this: SchedulerAction<T>, state?: T) => void, delay = 0, state?: T): Subscription {
      return new KernelAction(kernel, work).schedule(state, delay);
    },
  };
}

/** RxJS hands actions their own `schedule` to repeat themselves, so an action has to be an object with a lifetime. */
class KernelAction<T> extends Subscription implements SchedulerAction<T> {
  private pending: ScheduledEvent | undefined;

  constructor(
    private readonly kernel: Kernel,
    private readonly work: (this: SchedulerAction<T>, state?: T) => void,
  ) {
    super(() => {
      this.pending?.cancel();
    });
  }

  schedule(state?: T, delay = 0): Subscription {
    if (this.closed) return this;
    this.pending?.cancel();
    const scheduled: ScheduledEvent = this.kernel.schedule(delay / 1000, () => {
      if (this.pending === scheduled) this.pending = undefined;
      this.work(state);
      if (!this.pending) this.unsubscribe();
    });
    this.pending = scheduled;
    return this;
  }
}
