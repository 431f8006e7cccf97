import { once } from 'node:events';
import { createWriteStream, truncateSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runFailed } from '../../base/errors.js';

/** The journal of a run, written while it runs. */
export interface JournalFile {
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
  const close = async () => {
    if (stream.closed) return;
    stream.end();
    await once(stream, 'close');
  };
  return {
    write: (line) => stream.write(`${line}\n`),
    async close() {
      await close();
      if (failure)
        throw runFailed(`${path} can't be written: ${failure.message}`, 'Make room on the disk.', failure);
    },
    async discard() {
      await close();
      await rm(path, { force: true });
    },
  };
}
