import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { findLeaks, type Located } from '../../../../src/sim/data/leaks/find-leaks.js';
import { dataFile, hasData, withoutData } from '../../../support/data.js';
import { changed, located } from './pictures.js';

const set = 'concrete_crack';

async function images(folder: string, client: string): Promise<Located[]> {
  const names = readdirSync(dataFile('images', set, folder)).sort();
  return Promise.all(
    names.map((name) =>
      located(client, `${folder}/${name}`, readFileSync(dataFile('images', set, folder, name)), set),
    ),
  );
}

describe.skipIf(!hasData)(hasData ? 'leaks in real images' : withoutData, () => {
  it('finds the files that the set has twice and planted copies, and nothing else', async () => {
    const train = await images('train/good', 'a');
    const test = [...(await images('test/good', 'b')), ...(await images('test/crack', 'b'))];
    const repeats = [
      ['train/good/00209.jpg', 'test/good/00208.jpg'],
      ['train/good/00240.jpg', 'test/good/00239.jpg'],
      ['train/good/00302.jpg', 'test/good/00301.jpg'],
    ];
    const pairs = (given: readonly Located[]) =>
      findLeaks(given, test).map((leak) => [leak.train.id, leak.test.id]);
    expect(pairs(train)).toEqual(repeats);

    const planted = test.filter((_, at) => at % 22 === 3);
    const copies = await Promise.all(
      planted.map(async ({ id }, at) => {
        const file = readFileSync(dataFile('images', set, id));
        const copy = await changed(
          file,
          (image) =>
            [
              image,
              image.resize(150, 150),
              image.resize(200, 200).extract({ left: 4, top: 0, width: 196, height: 197 }),
            ][at % 3],
          [60, 75, 90][at % 3],
        );
        return located('a', `copy of ${id}`, copy, set);
      }),
    );
    const found = pairs([...train, ...copies]).filter(([id]) => id.startsWith('copy'));
    expect(found.sort()).toEqual(planted.map(({ id }) => [`copy of ${id}`, id]).sort());
  });
});
