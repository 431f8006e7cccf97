/** Wall time, for reports only: no simulation path may read it (a lint rule sees to that). */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}
