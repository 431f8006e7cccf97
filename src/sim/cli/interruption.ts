/** The first Ctrl-C ends the run at the next event; the second one ends the process. */
export function interruptible(): { signal: AbortSignal; stop(): void } {
  const controller = new AbortController();
  const abort = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', abort);
  process.on('SIGTERM', abort);
  return {
    signal: controller.signal,
    stop() {
      process.off('SIGINT', abort);
      process.off('SIGTERM', abort);
    },
  };
}
