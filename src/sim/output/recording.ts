import { resumptionTooShort } from './journal-check.js';
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

/**
 * A run's manifest and journal. What is there of an earlier run is touched when the new one has its first event, and
 * not before: the run that it replaces, or, where it goes on with one that was killed, what follows that one's lines.
 */
export function openRecording({
  folder,
  state,
  replaces,
  manifest,
  earlier,
}: OpenedFolder & { readonly manifest: Manifest; readonly earlier: readonly string[] }): Recording {
  const isFirst = state === 'new' && replaces.length === 0;
  if (isFirst) writeManifest(folder, manifest);
  let lines = 0;
  let journal: JournalFile | undefined;
  const begun = () => {
    if (journal) return journal;
    removeRun(folder, replaces);
    // What goes on from here may be other code than what began.
    if (!isFirst) writeManifest(folder, manifest);
    journal = openJournal(folder, earlier);
    return journal;
  };
  return {
    add(line) {
      // Those of a run that was killed are there.
      if (++lines > earlier.length) begun().write(line);
    },
    async close() {
      if (lines < earlier.length) throw resumptionTooShort(lines, earlier.length);
      return begun().close();
    },
    async abandon() {
      // The run has failed already: that is what is told, not that its last lines could not be written either.
      if (state === 'unfinished') return journal?.close().catch(() => undefined);
      await journal?.discard();
      if (journal || isFirst) removeRun(folder, [manifestFile]);
    },
  };
}
