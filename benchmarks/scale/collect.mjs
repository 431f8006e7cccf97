// Preloaded into every thread: collects its garbage when a thread asks all of them to.
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channel = new BroadcastChannel('collect garbage');
channel.unref();
if (!isMainThread) channel.onmessage = () => globalThis.gc();

/** Collects here at once, and in a worker when it next turns to its events, which is with its next job. */
export function collectGarbage() {
  channel.postMessage('now');
  globalThis.gc();
}
