import type { Writable } from 'node:stream';
import { codeOf } from '../store/write-whole.js';

/**
 * Work goes on where its output can't be written. Where nobody reads it any more, such as head(1) that has what it
 * wants, it is dropped.
 * @param tell of anything else, such as a full disk, once
 */
export function outliveOutput(stream: Writable, tell: (error: Error) => void): void {
  let isTold = false;
  stream.on('error', (error) => {
    if (isTold || codeOf(error) === 'EPIPE') return;
    isTold = true;
    tell(error);
  });
}
