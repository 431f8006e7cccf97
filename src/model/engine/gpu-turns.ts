import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';
import { invariant } from '../../base/errors.js';

/** Under this name every worker thread inherits the lock. */
const name = 'feddymem gpu turns';
const [free, taken] = [0, 1];

// Once a process, before it starts threads: who needs the lock there has imported this here.
if (isMainThread && getEnvironmentData(name) === undefined) {
  setEnvironmentData(name, new Int32Array(new SharedArrayBuffer(4)) as never);
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs work while no other thread of this process runs any: onnxruntime's WebGPU crashes when two threads compute
 * at the same time, even in sessions of their own (github.com/microsoft/onnxruntime/issues/32561).
 * @param whileWaiting called now and then; what it throws ends the waiting
 */
export function inGpuTurn<T>(work: () => Promise<T>, whileWaiting: () => void): Promise<T> {
  // Within a thread one after another: a thread that sleeps for itself would not wake.
  const turn = last.then(async () => {
    const lock = getEnvironmentData(name) as unknown as Int32Array | undefined;
    invariant(lock !== undefined, 'a GPU in a worker thread whose main thread has not loaded the engines');
    while (Atomics.compareExchange(lock, 0, free, taken) !== free) {
      Atomics.wait(lock, 0, taken, 100);
      whileWaiting();
    }
    try {
      return await work();
    } finally {
      Atomics.store(lock, 0, free);
      Atomics.notify(lock, 0, 1);
    }
  });
  last = turn.catch(() => undefined);
  return turn;
}
