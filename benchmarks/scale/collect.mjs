// Preloaded into every thread, so that one can have the garbage of all collected.
import { BroadcastChannel, isMainThread } from 'node:worker_threads';

const channel = new BroadcastChannel('collect garbage');
channel.unref();
if (!isMainThread) channel.onmessage = () => globalThis.gc();

/** Collects this thread's garbage now, and a worker's when it next turns to its messages, between two jobs. */
export function collectEverywhere() {
  channel.postMessage(null);
  globalThis.gc();
}
