import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetFolder } from '../../../../src/sim/data/readers/dataset-folder.js';
import { expectRefusal } from '../../../support/refusal.js';
import { addToTree, tinyTree, type TinyFile } from '../../../support/tiny-tree.js';
import { medicalCases } from './medical-cases.js';

const [headCt, br35h, brats, chestXRay, oct] = medicalCases;

async function read(
  { reader, tree }: (typeof medicalCases)[number],
  changes: { without?: readonly string[]; with?: Readonly<Record<string, TinyFile>> } = {},
) {
  const root = await tinyTree(tree);
  for (const path of changes.without ?? []) await rm(join(root, path), { recursive: true });
  await addToTree(root, changes.with ?? {});
  return reader.read(datasetFolder(root));
}

describe('HeadCT', () => {
  it('finds the label of a slice by its number and splits normal slices by name', async () => {
    expect((await read(headCt)).map(({ path, split, kind }) => [path.slice(-7), split, kind])).toEqual([
      ['000.png', 'test', 'hemorrhage'],
      ['001.png', 'test', 'hemorrhage'],
      ['002.png', 'train', 'good'],
      ['003.png', 'train', 'good'],
      ['011.png', 'test', 'good'],
    ]);
  });

  it.each(['head_ct', 'head_ct/head_ct'])('is read from inside %s too, the labels above', async (inside) => {
    const outside = await read(headCt);
    const folder = datasetFolder(join(await tinyTree(headCt.tree), inside));
    expect(await headCt.reader.recognises(folder)).toBe(true);
    const images = await headCt.reader.read(folder);
    expect(images).toEqual(outside.map((image) => ({ ...image, path: image.path.slice(inside.length + 1) })));
  });

  it.each([
    ['labels.csv', /labels\.csv is missing: it says which slices/],
    ['head_ct/head_ct/011.png', /011\.png is missing: .*labels\.csv names it/],
    ['head_ct', /<three digits>\.png is missing/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(headCt, { without: [path] }), message, /HeadCT/),
  );

  it.each([
    ['id, hemorrhage\n0,1\n', /labels\.csv has no row for 001\.png/],
    ['id, hemorrhage\n0,1\n1,maybe\n', /labels\.csv has the label maybe for 001\.png/],
    ['id, label\n0,1\n', /labels\.csv has no column hemorrhage; its columns are id, label/],
  ])('with the labels %j is refused', (text, message) =>
    expectRefusal(() => read(headCt, { with: { 'labels.csv': { text } } }), message),
  );
});

describe('Br35H', () => {
  it('splits normal slices by name and ignores what has no label or is there twice', async () => {
    expect((await read(br35h)).map(({ path, split, kind }) => [path, split, kind])).toEqual([
      ['no/no0.jpg', 'train', 'good'],
      ['no/no1.jpg', 'train', 'good'],
      ['no/no2.jpg', 'train', 'good'],
      ['no/no3.jpg', 'train', 'good'],
      ['no/no5.jpg', 'test', 'good'],
      ['yes/y0.jpg', 'test', 'tumor'],
      ['yes/y1.jpg', 'test', 'tumor'],
    ]);
  });

  it.each([
    [['no'], /no\/no<number>\.jpg is missing/],
    [['yes/y0.jpg', 'yes/y1.jpg'], /yes is missing: there are no images/],
  ])('without %s is refused', (without, message) =>
    expectRefusal(() => read(br35h, { without }), message, /Br35H/),
  );
});

describe('BraTS slices', () => {
  it('leaves the validation images out and pairs tumours with masks of their names', async () => {
    expect((await read(brats)).map(({ path, mask }) => [path, mask])).toEqual([
      [
        'test/Ungood/img/00002_60.png',
        { kind: 'files', paths: ['test/Ungood/label/00002_60.png'], marks: 'nonzero' },
      ],
      [
        'test/Ungood/img/00002_68.png',
        { kind: 'files', paths: ['test/Ungood/label/00002_68.png'], marks: 'nonzero' },
      ],
      ['test/good/img/00000_96.png', { kind: 'empty' }],
      ['train/good/00003_60.png', { kind: 'empty' }],
      ['train/good/00003_61.png', { kind: 'empty' }],
    ]);
  });

  it('takes training images from an img folder too', async () => {
    const images = await read(brats, {
      without: ['train/good'],
      with: { 'train/good/img/00003_60.png': 'image' },
    });
    expect(images.filter(({ split }) => split === 'train').map(({ path }) => path)).toEqual([
      'train/good/img/00003_60.png',
    ]);
  });

  it('is not what another organ of the benchmark is, whose files have other names', async () => {
    const tree: Record<string, TinyFile> = {
      'train/good/1000.png': 'image',
      'test/good/img/1001.png': 'image',
      'test/Ungood/img/1002.png': 'image',
      'test/Ungood/label/1002.png': 'mask',
    };
    expect(await brats.reader.recognises(datasetFolder(await tinyTree(tree)))).toBe(false);
  });

  it.each([
    ['train', /train\/good is missing/],
    ['test/good', /test\/good\/img is missing/],
    ['test/Ungood', /test\/Ungood\/img\/<case>_<slice>\.png is missing/],
    ['test/Ungood/label/00002_68.png', /00002_68\.png is missing: the mask of test\/Ungood/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(brats, { without: [path] }), message, /BMAD/),
  );
});

describe('Chest X-ray', () => {
  it('trains on normal images alone and leaves val out', async () => {
    expect((await read(chestXRay)).map(({ path, split, kind }) => [path, split, kind])).toEqual([
      ['test/NORMAL/IM-0001-0001.jpeg', 'test', 'good'],
      ['test/PNEUMONIA/person100_bacteria_475.jpeg', 'test', 'pneumonia'],
      ['test/PNEUMONIA/person1_virus_6.jpeg', 'test', 'pneumonia'],
      ['train/NORMAL/IM-0115-0001.jpeg', 'train', 'good'],
      ['train/NORMAL/IM-0117-0001.jpeg', 'train', 'good'],
    ]);
  });

  it.each([
    ['train/NORMAL', /train\/NORMAL is missing/],
    ['test/NORMAL', /test\/NORMAL is missing: there are no images/],
    ['test/PNEUMONIA', /test\/PNEUMONIA is missing: there are no images/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(chestXRay, { without: [path] }), message, /Chest X-ray/),
  );
});

describe('OCT2017', () => {
  it('trains on normal images alone and tests the three diseases', async () => {
    expect((await read(oct)).map(({ path, split, kind }) => [path, split, kind])).toEqual([
      ['test/CNV/CNV-1016042-1.jpeg', 'test', 'cnv'],
      ['test/DME/DME-1016042-1.jpeg', 'test', 'dme'],
      ['test/DRUSEN/DRUSEN-1016042-1.jpeg', 'test', 'drusen'],
      ['test/NORMAL/NORMAL-1016042-1.jpeg', 'test', 'good'],
      ['train/NORMAL/NORMAL-1016042-1.jpeg', 'train', 'good'],
    ]);
  });

  it.each([
    ['train/NORMAL', /train\/NORMAL is missing/],
    ['test/DRUSEN', /test\/DRUSEN is missing: there are no images/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(oct, { without: [path] }), message, /OCT2017/),
  );
});
