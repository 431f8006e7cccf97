import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { filesSchema } from '../../../../src/sim/data/readers/files.js';
import { readDataset } from '../../../../src/sim/data/readers/find-set.js';
import { datasetReaders } from '../../../../src/sim/data/readers/registry.js';
import { expectRefusal } from '../../../support/refusal.js';
import { each, tinyTree } from '../../../support/tiny-tree.js';

const two = {
  ...each(['nut/train/good/1.png', 'nut/train/good/0.png', 'nut/test/rust/0.png'], 'image'),
  ...each(['bolt/train/good/0.png', 'bolt/test/good/0.png', 'bolt/test/bent/0.png'], 'image'),
  'bolt/ground_truth/bent/0_mask.png': 'mask',
} as const;

describe('a set found', () => {
  it('is records with ids from its name, absolute paths, and normal training images alone', async () => {
    const root = await tinyTree(two);
    const { name, train, test } = await readDataset(root, { name: 'parts' });
    expect(name).toBe('parts');
    expect(train.map(({ id }) => id)).toEqual([
      'parts/bolt/train/good/0.png',
      'parts/nut/train/good/0.png',
      'parts/nut/train/good/1.png',
    ]);
    expect(test[0]).toEqual({
      id: 'parts/bolt/test/bent/0.png',
      label: 1,
      source: 'parts',
      category: 'bolt',
      location: { kind: 'file', path: join(root, 'bolt/test/bent/0.png') },
      mask: { kind: 'files', paths: [join(root, 'bolt/ground_truth/bent/0_mask.png')], marks: 'bright' },
    });
    expect(test.map(({ id, mask }) => [id, mask.kind])).toEqual([
      ['parts/bolt/test/bent/0.png', 'files'],
      ['parts/bolt/test/good/0.png', 'empty'],
      ['parts/nut/test/rust/0.png', 'none'],
    ]);
  });

  it('is limited to the categories asked for', async () => {
    const { train, test } = await readDataset(await tinyTree(two), { name: 'parts', categories: ['nut'] });
    expect(new Set([...train, ...test].map(({ category }) => category))).toEqual(new Set(['nut']));
    expect([train.length, test.length]).toEqual([2, 1]);
  });

  it('is read as the layout or the files asked for', async () => {
    const root = await tinyTree(two);
    const files = filesSchema.parse({ train: 'nut/train/*/*', test: 'bolt/test/*/*' });
    const { train, test } = await readDataset(root, { name: 'own', files });
    expect([train.length, test.length]).toEqual([2, 2]);
    expect(await readDataset(root, { name: 'own', files, layout: 'files' })).toEqual({
      name: 'own',
      train,
      test,
    });
    expect((await readDataset(root, { name: 'a', layout: 'mpdd' })).train).toHaveLength(3);
    await expectRefusal(
      () => readDataset(root, { name: 'own', files, layout: 'mvtec' }),
      /layout is mvtec, but files/,
    );
    await expectRefusal(() => readDataset(root, { name: 'own', layout: 'files' }), /files is missing/);
    await expectRefusal(
      () => readDataset(root, { name: 'own', layout: 'mvtek' }),
      /no layout mvtek/,
      /mvtec-loco/,
    );
  });
});

describe('a set missing', () => {
  it.each(datasetReaders.flatMap(({ name, facts }) => (facts ? [{ name, facts }] : [])))(
    'that is $name says where to get it and where to put it',
    async ({ name, facts }) => {
      const root = join(await tinyTree({}), facts.folder);
      const texts = [facts.title, facts.page, facts.licence, facts.size, root];
      const literal = texts.map((text) => new RegExp(text.replaceAll(/[^\w ]/g, '\\$&')));
      await expectRefusal(() => readDataset(root, { name: facts.folder }), /does not exist/, ...literal);
      const elsewhere = join(await tinyTree({}), 'elsewhere');
      await expectRefusal(
        () => readDataset(elsewhere, { name: 'elsewhere', layout: name }),
        /elsewhere does not exist/,
        literal[0],
      );
    },
  );

  it('that nobody knows says only that it is missing', async () => {
    const root = join(await tinyTree({}), 'mine');
    await expectRefusal(() => readDataset(root, { name: 'mine' }), /mine does not exist/, /FEDDYMEM_DATA/);
    await expectRefusal(() => readDataset(root, { name: 'mine', layout: 'mvtec' }), /mine does not exist/);
  });

  it('because a file stands there says so', async () => {
    const root = join(await tinyTree({}), 'mvtec_ad');
    await writeFile(root, '');
    await expectRefusal(() => readDataset(root, { name: 'mvtec_ad' }), /folder .*mvtec_ad does not exist/);
  });
});

describe('a folder that is no set', () => {
  it('is refused with all layouts', async () => {
    const root = await tinyTree({ 'pictures/0.png': 'image' });
    await expectRefusal(
      () => readDataset(root, { name: 'pictures' }),
      /laid out like no known data set/,
      ...datasetReaders.map(({ name }) => new RegExp(`\n  ${name}: `)),
      /under files/,
    );
  });

  it('without a category asked for is refused with those it has', async () => {
    const root = await tinyTree(two);
    await expectRefusal(
      () => readDataset(root, { name: 'parts', categories: ['nut', 'shoe', 'hat'] }),
      /no categories shoe, hat/,
      /bolt, nut/,
    );
  });

  it('without a normal training image is refused', async () => {
    const root = await tinyTree({ 'a.png': 'image', 'labels.csv': { text: 'file,label\na.png,bad\n' } });
    const files = filesSchema.parse({ train: '*.png', labels: { file: 'labels.csv' } });
    await expectRefusal(() => readDataset(root, { name: 'own', files }), /no normal training images/);
  });

  it('is named by its own folder where that is a lone category', async () => {
    const root = join(await tinyTree(each(['hat/train/good/0.png', 'hat/test/good/0.png'], 'image')), 'hat');
    const { train } = await readDataset(root, { name: 'hats' });
    expect(train.map(({ id, category }) => [id, category])).toEqual([['hats/train/good/0.png', 'hat']]);
  });
});
