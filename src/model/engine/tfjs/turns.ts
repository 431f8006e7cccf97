import * as tf from '@tensorflow/tfjs-core';

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs work on a backend, one after another: the backend in use is a setting of the whole thread, and engines of
 * several backends may live in one. Work is synchronous, so nothing else would have run meanwhile anyway.
 */
export function inTurn<T>(backend: string, work: () => T): Promise<T> {
  return alone(async () => {
    if (tf.getBackend() !== backend) await tf.setBackend(backend);
    return work();
  });
}

/** Runs what changes the thread's backend while no engine computes. */
export function alone<T>(work: () => Promise<T>): Promise<T> {
  const turn = last.then(work);
  last = turn.catch(() => undefined);
  return turn;
}
