/** Jobs that somebody is at: whoever needs the same one waits, and then finds its result. */
export interface JobsUnderWay<K> {
  /**
   * Waits until nobody else has the job, then takes it.
   * @returns what gives it back, once its result can be found or will never be
   */
  take(job: K): Promise<() => void>;
}

export function createJobsUnderWay<K>(): JobsUnderWay<K> {
  const last = new Map<K, Promise<void>>();
  return {
    async take(job) {
      const before = last.get(job);
      let release: () => void = () => undefined;
      const own = new Promise<void>((resolve) => {
        release = resolve;
      });
      last.set(job, own);
      await before;
      return () => {
        if (last.get(job) === own) last.delete(job);
        release();
      };
    },
  };
}
