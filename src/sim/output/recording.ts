import { openJournal, type JournalFile } from './journal-file.js';
import { manifestFile, writeManifest, type Manifest } from './manifest.js';
import { removeRun, type OpenedFolder } from './run-folder.js';

/** What is written of a run while it runs. */
export interface Recording {
  add(line: string): void;
  /** @throws FeddymemError when a line could not be written */
  close(): Promise<void>;
  /** After a failed run: what was there before stays, what can't be gone on with goes. */
  abandon(): Promise<void>;
}

/** A run's manifest and journal. A run that is replaced goes when the new one has its first event, and not before. */
export function openRecording({
  folder,
  state,
  replaces,
  manifest,
}: OpenedFolder & { readonly manifest: Manifest }): Recording {
  if (replaces.length === 0) writeManifest(folder, manifest);
  let journal: JournalFile | undefined;
  const begun = () => {
    if (journal) return journal;
    if (replaces.length > 0) {
      removeRun(folder, replaces);
      writeManifest(folder, manifest);
    }
    journal = openJournal(folder);
    return journal;
  };
  return {
    add(line) {
      begun().write(line);
    },
    close: () => begun().close(),
    async abandon() {
      if (state === 'unfinished') return journal?.close();
      await journal?.discard();
      if (journal || replaces.length === 0) removeRun(folder, [manifestFile]);
    },
  };
}
