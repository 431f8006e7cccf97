import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetFolder } from '../../../../src/sim/data/readers/dataset-folder.js';
import { mvtec3d } from '../../../../src/sim/data/readers/mvtec-3d.js';
import { dtdSynthetic, mpdd, mvtec, mvtecAd } from '../../../../src/sim/data/readers/mvtec-family.js';
import { mvtecLoco } from '../../../../src/sim/data/readers/mvtec-loco.js';
import type { DatasetReader } from '../../../../src/sim/data/readers/reader.js';
import { dataFile, hasData, withoutData } from '../../../support/data.js';
import { expectRefusal } from '../../../support/refusal.js';
import { tinyTree, type TinyFile } from '../../../support/tiny-tree.js';

type Tree = Readonly<Record<string, TinyFile>>;

const one: Tree = {
  'train/good/001.png': 'image',
  'train/good/000.png': 'image',
  'train/good/notes.txt': { text: 'no image' },
  'test/good/000.png': 'image',
  'test/scratch/000.jpg': 'image',
  'ground_truth/scratch/000_mask.png': 'mask',
  'validation/good/000.png': 'image',
};

async function read(reader: DatasetReader, tree: Tree) {
  return reader.read(datasetFolder(await tinyTree(tree)));
}

async function without(path: string, tree: Tree = one): Promise<string> {
  const root = await tinyTree(tree);
  await rm(join(root, path), { recursive: true });
  return root;
}

describe('a folder in the MVTec layout', () => {
  it('is one category named after it, its images in the order of their paths', async () => {
    const root = await tinyTree(one);
    const category = root.split('/').at(-1)!;
    const good = { label: 0, category, kind: 'good', mask: { kind: 'empty' } };
    expect(await mvtec.read(datasetFolder(root))).toEqual([
      { ...good, path: 'test/good/000.png', split: 'test' },
      {
        path: 'test/scratch/000.jpg',
        split: 'test',
        label: 1,
        category,
        kind: 'scratch',
        mask: { kind: 'files', paths: ['ground_truth/scratch/000_mask.png'], marks: 'bright' },
      },
      { ...good, path: 'train/good/000.png', split: 'train' },
      { ...good, path: 'train/good/001.png', split: 'train' },
    ]);
  });

  it('of several categories is read category by category, each with masks or without', async () => {
    const images = await read(mvtec, {
      'nut/train/good/0.png': 'image',
      'nut/test/rust/0.png': 'image',
      'bolt/train/good/0.png': 'image',
      'bolt/test/bent/0.png': 'image',
      'bolt/ground_truth/bent/0.png': 'mask',
      'papers/licence.txt': { text: 'free' },
    });
    expect(images.map(({ category, path, mask }) => [category, path, mask.kind])).toEqual([
      ['bolt', 'bolt/test/bent/0.png', 'files'],
      ['bolt', 'bolt/train/good/0.png', 'empty'],
      ['nut', 'nut/test/rust/0.png', 'none'],
      ['nut', 'nut/train/good/0.png', 'none'],
    ]);
  });

  it.each(['000_mask.png', '000.png', '000_mask.tif', '000.tif', '000.bmp'])(
    'finds a mask called %s',
    async (name) => {
      const { 'ground_truth/scratch/000_mask.png': mask, ...images } = one;
      const found = await read(mvtec, { ...images, [`ground_truth/scratch/${name}`]: mask });
      expect(found.find(({ label }) => label === 1)!.mask).toEqual({
        kind: 'files',
        paths: [`ground_truth/scratch/${name}`],
        marks: 'bright',
      });
    },
  );

  it.each([
    ['ground_truth/scratch/000_mask.png', /test\/scratch\/000\.jpg has no mask: .*000_mask\.png is missing/],
    ['ground_truth/scratch', /has no mask/],
    ['test', /test does not exist/],
    ['train', /train\/good does not exist/],
  ])('without %s is refused', async (path, message) => {
    const root = await without(path);
    await expectRefusal(() => mvtec.read(datasetFolder(root)), message);
  });

  it('without a training image in one category is refused', async () => {
    const tree: Tree = { 'a/train/good/0.png': 'image', 'a/test/': 'image', 'b/train/good/': 'image' };
    await expectRefusal(() => read(mvtec, tree), /b\/train\/good holds no images/);
  });
});

describe('a published set in the MVTec layout', () => {
  it.each([
    [mvtecAd, 15],
    [mpdd, 6],
    [dtdSynthetic, 12],
  ])('$name has its categories', (reader, count) => {
    expect(new Set(reader.facts!.categories).size).toBe(count);
  });

  it('is known with some of its categories, not with a strange one or as a lone category', async () => {
    const category = (name: string): Tree => ({
      [`${name}/train/good/0.png`]: 'image',
      [`${name}/test/good/0.png`]: 'image',
    });
    const part = datasetFolder(await tinyTree({ ...category('bottle'), ...category('zipper') }));
    expect(await mvtecAd.recognises(part)).toBe(true);
    expect(await mpdd.recognises(part)).toBe(false);
    const mixed = datasetFolder(await tinyTree({ ...category('bottle'), ...category('shoe') }));
    expect(await mvtecAd.recognises(mixed)).toBe(false);
    const lone = datasetFolder(join(await tinyTree(category('bottle')), 'bottle'));
    expect(await mvtecAd.recognises(lone)).toBe(false);
    expect(await mvtec.recognises(lone)).toBe(true);
  });
});

describe('MVTec LOCO AD', () => {
  const tree: Tree = {
    'pushpins/train/good/000.png': 'image',
    'pushpins/validation/good/000.png': 'image',
    'pushpins/test/good/000.png': 'image',
    'pushpins/test/logical_anomalies/000.png': 'image',
    'pushpins/test/structural_anomalies/000.png': 'image',
    'pushpins/ground_truth/logical_anomalies/000/000.png': 'mask',
    'pushpins/ground_truth/logical_anomalies/000/001.png': 'mask',
    'pushpins/ground_truth/structural_anomalies/000/000.png': 'mask',
  };

  it('gives an image all its masks, any value marking, and leaves validation out', async () => {
    const images = await read(mvtecLoco, tree);
    expect(images.map(({ path }) => path)).not.toContain('pushpins/validation/good/000.png');
    expect(images).toHaveLength(4);
    expect(images.find(({ kind }) => kind === 'logical_anomalies')).toEqual({
      path: 'pushpins/test/logical_anomalies/000.png',
      split: 'test',
      label: 1,
      category: 'pushpins',
      kind: 'logical_anomalies',
      mask: {
        kind: 'files',
        paths: ['000.png', '001.png'].map((name) => `pushpins/ground_truth/logical_anomalies/000/${name}`),
        marks: 'nonzero',
      },
    });
  });

  it('with an image that has no mask is refused', async () => {
    const root = await without('pushpins/ground_truth/structural_anomalies/000', tree);
    await expectRefusal(
      () => mvtecLoco.read(datasetFolder(root)),
      /structural_anomalies\/000\.png has no mask/,
    );
  });

  it('flattened to one mask an image is plain mvtec', async () => {
    const flat = datasetFolder(
      await tinyTree({
        'train/good/000.png': 'image',
        'test/logical_anomalies/000.png': 'image',
        'ground_truth/logical_anomalies/000_mask.png': 'mask',
      }),
    );
    expect(await mvtecLoco.recognises(flat)).toBe(false);
    expect(await mvtec.recognises(flat)).toBe(true);
  });
});

describe('MVTec 3D-AD', () => {
  const tree: Tree = {
    'bagel/train/good/rgb/000.png': 'image',
    'bagel/train/good/xyz/000.tiff': 'image',
    'bagel/validation/good/rgb/000.png': 'image',
    'bagel/test/good/rgb/000.png': 'image',
    'bagel/test/good/gt/000.png': 'empty-mask',
    'bagel/test/crack/rgb/000.png': 'image',
    'bagel/test/crack/gt/000.png': 'mask',
    'bagel/test/crack/xyz/000.tiff': 'image',
  };

  it('is its colour images with their masks', async () => {
    const images = await read(mvtec3d, tree);
    expect(images.map(({ path, label, kind }) => [path, label, kind])).toEqual([
      ['bagel/test/crack/rgb/000.png', 1, 'crack'],
      ['bagel/test/good/rgb/000.png', 0, 'good'],
      ['bagel/train/good/rgb/000.png', 0, 'good'],
    ]);
    expect(images.map(({ mask }) => mask)).toEqual([
      { kind: 'files', paths: ['bagel/test/crack/gt/000.png'], marks: 'bright' },
      { kind: 'empty' },
      { kind: 'empty' },
    ]);
  });

  it('with a defective image that has no mask is refused', async () => {
    const root = await without('bagel/test/crack/gt', tree);
    await expectRefusal(() => mvtec3d.read(datasetFolder(root)), /crack\/rgb\/000\.png has no mask/);
  });
});

describe.skipIf(!hasData)(`real sets (${hasData ? 'present' : withoutData})`, () => {
  it.each([
    ['magnetic_tile', 400, 150, 392, true],
    ['mvtec3d_tire', 210, 25, 87, true],
    ['mvtecloco_juice_bottle', 335, 54, 142, true],
    ['elpv_mono', 300, 120, 150, false],
  ])('%s is read whole', async (name, train, good, defective, masks) => {
    const folder = datasetFolder(dataFile('images', name));
    expect(await mvtec.recognises(folder)).toBe(true);
    const images = await mvtec.read(folder);
    const count = (split: string, label: number) =>
      images.filter((image) => image.split === split && image.label === label).length;
    expect([count('train', 0), count('test', 0), count('test', 1)]).toEqual([train, good, defective]);
    const kinds = new Set(images.filter(({ label }) => label === 1).map(({ mask }) => mask.kind));
    expect([...kinds]).toEqual([masks ? 'files' : 'none']);
  });
});
