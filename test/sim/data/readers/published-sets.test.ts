import { describe, expect, it } from 'vitest';
import { datasetFolder } from '../../../../src/sim/data/readers/dataset-folder.js';
import type { SetImage } from '../../../../src/sim/data/readers/reader.js';
import type { ReaderCase } from '../../../support/reader-case.js';
import { tinyTree, type TinyFile } from '../../../support/tiny-tree.js';
import { industrialCases } from './industrial-cases.js';
import { medicalCases } from './medical-cases.js';

const cases = [...industrialCases, ...medicalCases];
const readers = cases.map(({ reader }) => reader);
const named = cases.map((each) => [each.reader.name, each] as const);

async function folderOf(tree: ReaderCase['tree'], outer = '') {
  const moved = Object.entries(tree).map(([path, file]): [string, TinyFile] => [`${outer}${path}`, file]);
  return datasetFolder(await tinyTree(Object.fromEntries(moved)));
}

function summary(images: readonly SetImage[]): ReaderCase['expected'] {
  const masks = images.flatMap(({ mask }) => (mask.kind === 'files' ? [mask.marks] : []));
  return {
    trainGood: images.filter(({ split, label }) => split === 'train' && label === 0).length,
    testGood: images.filter(({ split, label }) => split === 'test' && label === 0).length,
    testDefective: images.filter(({ split, label }) => split === 'test' && label === 1).length,
    categories: [...new Set(images.map(({ category }) => category))].sort(),
    masks: masks[0] ?? 'none',
  };
}

describe.each(named)('%s', (name, { reader, tree, expected }) => {
  it('is recognised by its own reader alone', async () => {
    const folder = await folderOf(tree);
    const recognised = await Promise.all(readers.map((each) => each.recognises(folder)));
    expect(readers.filter((_, at) => recognised[at]).map((each) => each.name)).toEqual([name]);
  });

  it('is read as published', async () => {
    const images = await reader.read(await folderOf(tree));
    expect(summary(images)).toEqual(expected);
    expect(images).toHaveLength(expected.trainGood + expected.testGood + expected.testDefective);
    const paths = images.map(({ path }) => path);
    expect(paths).toEqual([...new Set(paths)].sort());
    for (const path of paths) expect(tree[path]).toBe('image');
  });

  it('has masks on defects and, where a set has masks, empty ones on good images', async () => {
    for (const { path, label, kind, mask } of await reader.read(await folderOf(tree))) {
      expect(kind === 'good', path).toBe(label === 0);
      if (expected.masks === 'none') expect(mask).toEqual({ kind: 'none' });
      else if (label === 0) expect(mask).toEqual({ kind: 'empty' });
      else {
        const files = mask.kind === 'files' ? mask.paths : [];
        expect(files).toHaveLength(1);
        expect(tree[files[0]], path).toBe('mask');
      }
    }
  });

  it('says where it comes from', () => {
    const { facts } = reader;
    expect(facts!.page).toMatch(/^https:\/\//);
    for (const text of [facts!.title, facts!.licence, facts!.size, facts!.citation])
      expect(text).toBeTruthy();
    expect(facts!.categories).toEqual(expect.arrayContaining([...expected.categories]));
  });

  it('is not seen in a folder of anybody’s images', async () => {
    const strange = await folderOf({
      'train/good/000.png': 'image',
      'test/good/000.png': 'image',
      'test/scratch/000.png': 'image',
      'yes/cat.png': 'image',
      'no/dog.png': 'image',
      '000.png': 'image',
      'labels.csv': { text: 'file,label\n000.png,good\n' },
    });
    expect(await reader.recognises(strange)).toBe(false);
    await expect(reader.read(strange)).rejects.toThrow(/missing|column/);
  });
});

describe('a set inside the folder that its archive packs around it', () => {
  const outer: Readonly<Record<string, string>> = {
    visa: 'VisA_20220922/',
    btad: 'BTech_Dataset_transformed/',
    'kolektor-sdd2': 'KolektorSDD2/',
    'magnetic-tile': 'Magnetic-tile-defect-datasets.-master/',
    dagm2007: 'dagm_kaggleupload/DAGM_KaggleUpload/',
    br35h: 'Br35H/',
    'brats-slices': 'Brain_AD/',
    'chest-x-ray': 'chest_xray/chest_xray/',
    oct2017: 'OCT2017 /',
  };

  it.each(named.filter(([name]) => name in outer))('%s is read from both', async (name, one) => {
    const inside = await one.reader.read(await folderOf(one.tree));
    const folder = await folderOf(one.tree, outer[name]);
    const recognised = await Promise.all(readers.map((reader) => reader.recognises(folder)));
    expect(readers.filter((_, at) => recognised[at]).map((reader) => reader.name)).toEqual([name]);
    const images = await one.reader.read(folder);
    expect(images.map(({ path }) => path)).toEqual(inside.map(({ path }) => `${outer[name]}${path}`));
    expect(images.map(({ split, label }) => [split, label])).toEqual(
      inside.map(({ split, label }) => [split, label]),
    );
    const masks = (list: readonly SetImage[]) =>
      list.flatMap(({ mask }) => (mask.kind === 'files' ? mask.paths : []));
    expect(masks(images)).toEqual(masks(inside).map((path) => `${outer[name]}${path}`));
  });
});
