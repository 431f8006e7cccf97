/** Wall time, for reports only: no simulation path may read it (a lint rule sees to that). */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** The time of day, for the use times of cache entries: like the stopwatch, nothing that a figure depends on. */
export function wallClock(): Date {
  return new Date();
}

/** Milliseconds on a clock that all threads of this process share: for profiles only. */
export function sharedClock(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
