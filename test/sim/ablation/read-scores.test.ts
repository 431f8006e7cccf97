import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readScores } from '../../../src/sim/ablation/read-scores.js';
import { expectRefusal } from '../../support/refusal.js';
import { temporaryFolder } from '../../support/tiny.js';

async function file(text: string): Promise<string> {
  const path = join(temporaryFolder(), 'scores.csv');
  await writeFile(path, text);
  return path;
}

describe('scores of a run folder', () => {
  it('come by view and detector, with whose image it is', async () => {
    const path = await file(
      'client,image,view,label,score\n' +
        'a,a/1,own,0,0.5\n"b, too","b ""1""",own,1,-2e-3\n' +
        'a,a/1,global,0,0.5\na,"b ""1""",global,1,3\na,c/1,global,1,4\nc,c/1,unseen,1,9\n',
    );
    expect(await readScores(path)).toEqual({
      own: [
        { client: 'a', images: [{ id: 'a/1', owner: 'a', label: 0, score: 0.5 }] },
        { client: 'b, too', images: [{ id: 'b "1"', owner: 'b, too', label: 1, score: -0.002 }] },
      ],
      global: [
        {
          client: 'a',
          images: [
            { id: 'a/1', owner: 'a', label: 0, score: 0.5 },
            { id: 'b "1"', owner: 'b, too', label: 1, score: 3 },
            { id: 'c/1', owner: 'c', label: 1, score: 4 },
          ],
        },
      ],
    });
  });

  it('are refused where the file is missing or another one', async () => {
    await expectRefusal(() => readScores(join(temporaryFolder(), 'scores.csv')), 'scores.csv');
    const path = await file('client,image\na,b\n');
    await expectRefusal(() => readScores(path), 'no column view, label, score');
  });
});
