import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageScores } from '../../../../src/sim/study/store/images-table.js';
import { expectRefusal } from '../../../support/refusal.js';

const csv = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);
const quoted = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

describe('imageScores', () => {
  it('reads any names and scores back', () => {
    const name = fc.string({ minLength: 1 }).map((text) => `${text}x`);
    const row = fc.tuple(
      name,
      name,
      fc.constantFrom(0, 1),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), (rows) => {
        const lines = rows.map(([client, image, label, score]) =>
          [quoted(client), quoted(image), 'global', label, score].join(','),
        );
        const found = imageScores(csv('client,image,view,label,score', ...lines), 'scores.csv');
        expect(found.map(({ client, image, label, score }) => [client, image, label, score])).toEqual(
          rows.map(([client, image, label, score]) => [client, image, label, score + 0]),
        );
      }),
    );
  });

  it('finds whose an image is from the views in which detectors see their own', () => {
    const found = imageScores(
      csv(
        'client,image,view,label,score',
        'a,i,own,0,1',
        'b,j,unseen,1,2',
        'b,i,global,0,3',
        'a,k,global,0,4',
      ),
      'scores.csv',
    );
    expect(found.map(({ imageClient }) => imageClient)).toEqual(['a', 'b', 'a', null]);
  });

  it('takes category and source where they are, in any order of columns', () => {
    const [row] = imageScores(
      csv('score,source,label,view,image,category,client', '1.5,s,1,own,i,tile,a'),
      'f',
    );
    expect(row).toMatchObject({
      client: 'a',
      image: 'i',
      category: 'tile',
      source: 's',
      label: 1,
      score: 1.5,
    });
  });

  it('has NULL where scores.csv does not say what an image is', () => {
    const older = imageScores(csv('client,image,view,label,score', 'a,i,own,0,1'), 'f');
    const empty = imageScores(csv('client,image,view,label,score,category,source', 'a,i,own,0,1,,'), 'f');
    for (const [row] of [older, empty]) expect([row.category, row.source]).toEqual([null, null]);
  });

  it('refuses what is no score', async () => {
    await expectRefusal(
      () => imageScores(csv('client,image'), 'dir/scores.csv'),
      'dir/scores.csv',
      'no column',
    );
    for (const bad of ['a,i,own,0', 'a,i,own,0,', 'a,i,own,0,high'])
      await expectRefusal(
        () => imageScores(csv('client,image,view,label,score', 'a,i,own,0,1', bad), 'scores.csv'),
        'score 2',
      );
  });
});
