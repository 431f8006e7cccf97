import { describe, expect, it } from 'vitest';
import { runTiny, temporaryFolder } from '../../support/tiny.js';

describe('a run', () => {
  it.each([0, -1, 1.5, Number.NaN])('on %d threads is bad input', async (workers) => {
    const refused = { code: 'bad-input', message: expect.stringContaining('number of threads') as string };
    await expect(runTiny({}, { workers })).rejects.toMatchObject(refused);
  });

  it('that was stopped before its start is interrupted, as one that is stopped later', async () => {
    const options = { signal: AbortSignal.abort(), cacheFolder: temporaryFolder() };
    await expect(runTiny({}, options)).rejects.toMatchObject({ code: 'interrupted' });
  });
});
