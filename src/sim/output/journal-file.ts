import { createWriteStream, truncateSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runFailed, type FeddymemError } from '../../base/errors.js';

/** The journal of a run, written while it runs. */
export interface JournalFile {
  /** @throws FeddymemError when an earlier line could not be written: what comes after it would be of no use */
  write(line: string): void;
  /** @throws FeddymemError when a line could not be written */
  close(): Promise<void>;
  discard(): Promise<void>;
}

/** @param earlier the intact lines of a run that was killed, which stay: what follows them goes, and new lines come after */
export function openJournal(folder: string, earlier: readonly string[] = []): JournalFile {
  const path = join(folder, 'journal.jsonl');
  const stream = createWriteStream(path, { flags: earlier.length > 0 ? 'a' : 'w' });
  if (earlier.length > 0) {
    // The last line may lack its end, of which nobody knows: it is written again.
    truncateSync(path, Buffer.byteLength(earlier.join('\n')));
    stream.write('\n');
  }
  let failure: Error | undefined;
  stream.on('error', (error) => {
    failure ??= error;
  });
  // A stream that has failed is closed too, and says so.
  const closed = new Promise<void>((resolve) => stream.once('close', resolve));
  const close = () => {
    stream.end();
    return closed;
  };
  const refuseFailure = () => {
    if (failure) throw cannotWrite(path, failure);
  };
  return {
    write(line) {
      refuseFailure();
      stream.write(`${line}\n`);
    },
    async close() {
      await close();
      refuseFailure();
    },
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}

function cannotWrite(path: string, failure: Error): FeddymemError {
  return runFailed(
    `${path} can't be written: ${failure.message}`,
    'Make room on the disk, or choose another folder.',
    failure,
  );
}
