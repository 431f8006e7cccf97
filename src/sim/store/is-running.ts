import { codeOf } from './write-whole.js';

/** Whether this machine has a process of that number. */
export function isRunning(processNumber: number): boolean {
  try {
    // Signal 0 asks whether there is such a process and does nothing to it.
    return process.kill(processNumber, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
