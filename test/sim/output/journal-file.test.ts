import { existsSync, lstatSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openJournal } from '../../../src/sim/output/journal-file.js';
import { openRecord, recordRun } from '../../../src/sim/output/record-run.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from '../study/samples.js';

/** A disk on which nothing can be written any more. */
const fullDisk = '/dev/full';
const refusal = {
  code: 'run-failed',
  message: expect.stringMatching(/journal\.jsonl can't be written: ENOSPC/) as string,
  hint: expect.stringContaining('Make room') as string,
};

describe.skipIf(!existsSync(fullDisk))('a journal on a full disk', () => {
  function journalOnFullDisk(folder = temporaryFolder()): string {
    symlinkSync(fullDisk, join(folder, 'journal.jsonl'));
    return folder;
  }

  it('takes no more lines as soon as one could not be written, and says so when it is closed', async () => {
    const journal = openJournal(journalOnFullDisk());
    const writing = async () => {
      for (let line = 0; line < 1e5; line++) {
        journal.write('{}');
        await setImmediate();
      }
    };
    await expect(writing()).rejects.toMatchObject(refusal);
    await expect(journal.close()).rejects.toMatchObject(refusal);
  });

  it('says so when the only line is still on its way', async () => {
    const journal = openJournal(journalOnFullDisk());
    journal.write('{}');
    await expect(journal.close()).rejects.toMatchObject(refusal);
  });

  it('can be discarded', async () => {
    const folder = journalOnFullDisk();
    const journal = openJournal(folder);
    journal.write('{}');
    await journal.discard();
    expect(readdirSync(folder)).toEqual([]);
    expect(lstatSync(fullDisk).isCharacterDevice()).toBe(true);
  });

  it('ends the run there, and leaves no folder behind', async () => {
    const folder = temporaryFolder();
    const scenario = parseScenario(drawn, 'drawn');
    const opened = await openRecord(folder, [{ fromRound: 0, scenario }], 'refuse');
    journalOnFullDisk(folder);
    const progress: string[] = [];
    const run = recordRun(opened, {
      ...{ cacheFolder: temporaryFolder(), workers: 'inline', command: '', files: 'figures' },
      onProgress: ({ kind }) => progress.push(kind),
    });
    await expect(run).rejects.toMatchObject(refusal);
    expect(progress).not.toContain('scoring');
    expect(existsSync(folder)).toBe(false);
  });
});
