import { expect, it, vi } from 'vitest';
import { openRecording } from '../../../src/sim/output/recording.js';
import { manifestOf } from '../../../src/sim/output/manifest.js';
import { parseScenario } from '../../../src/sim/scenario/load.js';
import { temporaryFolder } from '../../support/tiny.js';
import { drawn } from '../study/samples.js';

vi.mock('../../../src/sim/output/journal-file.js', () => ({
  openJournal: () => ({
    write: () => undefined,
    close: () => Promise.reject(new Error('the disk is full')),
  }),
}));

it('a resumption that has failed tells that, not that its last lines could not be written either', async () => {
  const recording = openRecording({
    folder: temporaryFolder(),
    state: 'unfinished',
    replaces: [],
    release: () => undefined,
    manifest: manifestOf([{ fromRound: 0, scenario: parseScenario(drawn, 'drawn') }]),
    earlier: [],
  });
  recording.add('{}');
  await expect(recording.close()).rejects.toThrow('the disk is full');
  await expect(recording.abandon()).resolves.toBeUndefined();
});
