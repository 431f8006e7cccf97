import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetFolder } from '../../../../src/sim/data/readers/dataset-folder.js';
import { expectRefusal } from '../../../support/refusal.js';
import { addToTree, tinyTree, type TinyFile } from '../../../support/tiny-tree.js';
import { industrialCases } from './industrial-cases.js';

const [visa, btad, kolektor, magneticTile, dagm] = industrialCases;
const { reader: visaReader, tree: visaTree } = visa;

async function read(
  { reader, tree }: (typeof industrialCases)[number],
  changes: { without?: readonly string[]; with?: Readonly<Record<string, TinyFile>> },
) {
  const root = await tinyTree(tree);
  for (const path of changes.without ?? []) await rm(join(root, path), { recursive: true });
  await addToTree(root, changes.with ?? {});
  return reader.read(datasetFolder(root));
}

describe('VisA', () => {
  const split = (row: string): TinyFile => ({ text: `object,split,label,image,mask\n${row}\n` });

  it('follows its split, leaving out what the split does not name and objects that are not there', async () => {
    const images = await visaReader.read(datasetFolder(await tinyTree(visaTree)));
    expect(images.map(({ path, split, kind }) => [path, split, kind])).toEqual([
      ['candle/Data/Images/Anomaly/000.JPG', 'test', 'anomaly'],
      ['candle/Data/Images/Normal/0001.JPG', 'test', 'good'],
      ['candle/Data/Images/Normal/0451.JPG', 'train', 'good'],
      ['candle/Data/Images/Normal/0836.JPG', 'train', 'good'],
      ['pcb1/Data/Images/Anomaly/000.JPG', 'test', 'anomaly'],
      ['pcb1/Data/Images/Normal/0001.JPG', 'train', 'good'],
    ]);
  });

  it('leaves defective training images out', async () => {
    const images = await read(visa, {
      with: {
        'split_csv/1cls.csv': split(
          [
            'candle,train,anomaly,candle/Data/Images/Anomaly/000.JPG,candle/Data/Masks/Anomaly/000.png',
            'candle,test,normal,candle/Data/Images/Normal/0001.JPG,',
          ].join('\n'),
        ),
      },
    });
    expect(images.map(({ path }) => path)).toEqual(['candle/Data/Images/Normal/0001.JPG']);
  });

  it.each([
    ['split_csv', /split_csv\/1cls\.csv is missing/],
    ['candle/Data/Images/Normal/0451.JPG', /0451\.JPG is missing: .*1cls\.csv names it/],
    ['candle/Data/Masks/Anomaly/000.png', /Masks\/Anomaly\/000\.png is missing/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(visa, { without: [path] }), message, /VisA/),
  );

  it.each([
    ['candle,dev,normal,candle/Data/Images/Normal/0001.JPG,', /1cls\.csv: .*0001\.JPG has split dev/],
    ['candle,test,odd,candle/Data/Images/Normal/0001.JPG,', /label odd/],
    ['fryum,train,normal,fryum/Data/Images/Normal/0001.JPG,', /names no image of this folder/],
    ['candle,train', /1cls\.csv can't be read as CSV/],
  ])('with the row %s is refused', (row, message) =>
    expectRefusal(() => read(visa, { with: { 'split_csv/1cls.csv': split(row) } }), message),
  );

  it('with a split that lacks a column is refused', () =>
    expectRefusal(
      () => read(visa, { with: { 'split_csv/1cls.csv': { text: 'object,split,image\n' } } }),
      /1cls\.csv has no column label; its columns are object, split, image/,
    ));
});

describe('BTAD', () => {
  it('takes masks of either format', async () => {
    const images = await btad.reader.read(datasetFolder(await tinyTree(btad.tree)));
    expect(images.flatMap(({ mask }) => (mask.kind === 'files' ? mask.paths : []))).toEqual([
      '01/ground_truth/ko/0000.png',
      '02/ground_truth/ko/0002.png',
      '02/ground_truth/ko/0003.bmp',
    ]);
  });

  it.each([
    ['01/test/ko', /01\/test\/ko is missing: there are no images/],
    ['01/test/ok', /01\/test\/ok is missing/],
    ['02/train/ok', /02\/train\/ok is missing/],
    ['02/ground_truth/ko/0003.bmp', /ko\/0003\.png is missing: the mask of 02\/test\/ko\/0003\.png/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(btad, { without: [path] }), message, /BTAD/),
  );
});

describe('KolektorSDD2', () => {
  it('calls defective what any pixel of a mask marks, and leaves it and copies out of training', async () => {
    const images = await kolektor.reader.read(datasetFolder(await tinyTree(kolektor.tree)));
    expect(images.map(({ path, label }) => [path, label])).toEqual([
      ['test/20000.png', 1],
      ['test/20001.png', 0],
      ['train/10000.png', 0],
      ['train/10002.png', 0],
    ]);
  });

  it('keeps the order of paths over many masks', async () => {
    const numbers = Array.from({ length: 70 }, (_, at) => 30000 + at);
    const more = Object.fromEntries(
      numbers.flatMap((number): [string, TinyFile][] => [
        [`test/${number}.png`, 'image'],
        [`test/${number}_GT.png`, number % 3 === 0 ? 'mask' : 'empty-mask'],
      ]),
    );
    const images = (await read(kolektor, { with: more })).filter(({ path }) => path.startsWith('test/3'));
    expect(images.map(({ path, label }) => [path, label])).toEqual(
      numbers.map((number) => [`test/${number}.png`, number % 3 === 0 ? 1 : 0]),
    );
  });

  it.each([
    ['test', /test\/<number>\.png is missing/],
    ['train/10002_GT.png', /10002_GT\.png is missing: the mask of train\/10002\.png/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(kolektor, { without: [path] }), message, /KolektorSDD2/),
  );

  it('with a broken mask is refused', () =>
    expectRefusal(
      () => read(kolektor, { with: { 'test/20001_GT.png': { text: 'no picture' } } }),
      /20001_GT\.png can't be read as an image/,
    ));
});

describe('Magnetic tile', () => {
  it('splits its free images by name and tests all others', async () => {
    const images = await magneticTile.reader.read(datasetFolder(await tinyTree(magneticTile.tree)));
    expect(images.map(({ path, split, kind }) => [path, split, kind])).toEqual([
      ['MT_Blowhole/Imgs/exp2_num_7.jpg', 'test', 'blowhole'],
      ['MT_Free/Imgs/exp1_num_1000.jpg', 'train', 'good'],
      ['MT_Free/Imgs/exp1_num_1001.jpg', 'train', 'good'],
      ['MT_Free/Imgs/exp1_num_1006.jpg', 'test', 'good'],
      ['MT_Uneven/Imgs/exp6_num_8.jpg', 'test', 'uneven'],
    ]);
  });

  it('splits an image alike, whatever else is there', async () => {
    const images = await read(magneticTile, {
      without: ['MT_Free/Imgs/exp1_num_1000.jpg', 'MT_Uneven'],
      with: { 'MT_Free/Imgs/exp1_num_0999.jpg': 'image' },
    });
    const split = Object.fromEntries(images.map(({ path, split }) => [path.slice(-8, -4), split]));
    expect(split).toMatchObject({ 1001: 'train', 1006: 'test' });
  });

  it.each([
    [['MT_Free'], /MT_Free\/Imgs is missing/],
    [['MT_Blowhole', 'MT_Uneven'], /MT_Blowhole\/Imgs is missing/],
    [['MT_Uneven/Imgs/exp6_num_8.jpg'], /MT_Uneven\/Imgs\/\*\.jpg is missing/],
    [['MT_Uneven/Imgs/exp6_num_8.png'], /exp6_num_8\.png is missing: the mask of exp6_num_8\.jpg/],
  ])('without %s is refused', (without, message) =>
    expectRefusal(() => read(magneticTile, { without }), message, /Magnetic tile/),
  );
});

describe('DAGM 2007', () => {
  it('leaves the defective images of Train out', async () => {
    const images = await dagm.reader.read(datasetFolder(await tinyTree(dagm.tree)));
    expect(images.filter(({ category }) => category === 'Class1')).toMatchObject([
      { path: 'Class1/Test/0001.PNG', split: 'test', label: 1, kind: 'defect' },
      { path: 'Class1/Test/0002.PNG', split: 'test', label: 0, kind: 'good' },
      { path: 'Class1/Train/0001.PNG', split: 'train', label: 0 },
      { path: 'Class1/Train/0003.PNG', split: 'train', label: 0 },
    ]);
  });

  it.each([
    ['Class1/Test', /Class1\/Test\/<number>\.PNG is missing/],
    ['Class1/Test/Label/Labels.txt', /Class1\/Test\/Label\/Labels\.txt is missing/],
    ['Class1/Test/Label/0001_label.PNG', /0001_label\.PNG is missing: the mask of Class1\/Test\/0001\.PNG/],
  ])('without %s is refused', (path, message) =>
    expectRefusal(() => read(dagm, { without: [path] }), message, /DAGM/),
  );

  it.each([
    ['1\n0001\t1\t0001.PNG\t0\t0001_label.PNG\n', /Test\/Label\/Labels\.txt has no line for 0002\.PNG/],
    ['1\n0001\tx\t0001.PNG\t0\t0\n', /Labels\.txt: 0001\.PNG has the label x/],
  ])('with the labels %j is refused', (text, message) =>
    expectRefusal(() => read(dagm, { with: { 'Class1/Test/Label/Labels.txt': { text } } }), message),
  );
});
