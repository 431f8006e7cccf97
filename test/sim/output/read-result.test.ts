import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reportCommand } from '../../../src/sim/cli/report-command.js';
import { scoreCommand } from '../../../src/sim/cli/score-command.js';
import { readResult } from '../../../src/sim/output/read-result.js';
import { temporaryFolder } from '../../support/tiny.js';
import { sampleResult } from '../report/fixture.js';

/** A folder with a result.json, or without. */
function folderWith(text?: string): string {
  const folder = temporaryFolder();
  if (text !== undefined) writeFileSync(join(folder, 'result.json'), text);
  return folder;
}

it('is read as it was written', async () => {
  expect(await readResult(folderWith(JSON.stringify(sampleResult())))).toEqual(sampleResult());
});

const whole = JSON.stringify(sampleResult());
it.each([
  ['missing', undefined, /can't be read: ENOENT/, /folder of a finished run/],
  ['cut off', whole.slice(0, 200), /no result that this version reads/, /again/],
  ['of another version', whole.replace('"seed":7', '"seed":"7"'), /reads: seed: .*number/, /again/],
  ['none at all', '3', /no result that this version reads: .*object/, /again/],
])('is refused alike by every command where it is %s', async (_, text, message, hint) => {
  const folder = folderWith(text);
  const refusal = {
    code: 'bad-input',
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  };
  await expect(readResult(folder)).rejects.toMatchObject(refusal);
  await expect(reportCommand().parseAsync([folder], { from: 'user' })).rejects.toMatchObject(refusal);
  await expect(scoreCommand().parseAsync([folder, 'part.png'], { from: 'user' })).rejects.toMatchObject(
    refusal,
  );
});
