import { describe, expect, it } from 'vitest';
import { mvtec3d } from '../../../../src/sim/data/readers/mvtec-3d.js';
import { dtdSynthetic, mpdd, mvtec, mvtecAd } from '../../../../src/sim/data/readers/mvtec-family.js';
import { mvtecLoco } from '../../../../src/sim/data/readers/mvtec-loco.js';
import { datasetReaders } from '../../../../src/sim/data/readers/registry.js';
import type { ReaderCase } from '../../../support/reader-case.js';
import { describeReaders } from '../../../support/reader-conformance.js';
import { each, type TinyFile } from '../../../support/tiny-tree.js';
import { industrialCases } from './industrial-cases.js';
import { medicalCases } from './medical-cases.js';

/** Of one category in the MVTec layout: 2 to train on, 1 good and 1 defective test image. */
function mvtecTree(categories: readonly string[]): Record<string, TinyFile> {
  return Object.fromEntries(
    categories.flatMap((name) =>
      [
        ...Object.entries(each(['train/good/0.png', 'train/good/1.png', 'test/good/0.png'], 'image')),
        ['test/bad/0.png', 'image'],
        ['ground_truth/bad/0_mask.png', 'mask'],
      ].map(([path, content]) => [`${name}/${path as string}`, content as TinyFile]),
    ),
  );
}

const mvtecCounts = { trainGood: 4, testGood: 2, testDefective: 2, masks: 'bright' } as const;

function mvtecCase(reader: ReaderCase['reader'], categories: readonly string[]): ReaderCase {
  return {
    reader,
    tree: mvtecTree(categories),
    expected: { ...mvtecCounts, categories },
    alsoRecognisedBy: reader === mvtec ? [] : ['mvtec'],
  };
}

const mvtecCases: readonly ReaderCase[] = [
  mvtecCase(mvtecAd, ['bottle', 'cable']),
  mvtecCase(mpdd, ['connector', 'tubes']),
  mvtecCase(dtdSynthetic, ['Blotchy_099', 'Woven_001']),
  mvtecCase(mvtec, ['bottle', 'shoe']),
  {
    reader: mvtecLoco,
    tree: {
      ...each(['pushpins/train/good/000.png', 'pushpins/validation/good/000.png'], 'image'),
      ...each(['pushpins/test/good/000.png', 'pushpins/test/good/001.png'], 'image'),
      ...each(
        ['logical_anomalies', 'structural_anomalies'].map((kind) => `pushpins/test/${kind}/000.png`),
        'image',
      ),
      ...each(
        ['logical_anomalies', 'structural_anomalies'].map(
          (kind) => `pushpins/ground_truth/${kind}/000/000.png`,
        ),
        'mask',
      ),
    },
    expected: { trainGood: 1, testGood: 2, testDefective: 2, categories: ['pushpins'], masks: 'nonzero' },
  },
  {
    reader: mvtec3d,
    tree: {
      ...each(['bagel/train/good/rgb/000.png', 'bagel/train/good/xyz/000.tiff'], 'image'),
      ...each(['bagel/test/good/rgb/000.png', 'bagel/test/hole/rgb/000.png'], 'image'),
      'bagel/test/good/gt/000.png': 'empty-mask',
      'bagel/test/hole/gt/000.png': 'mask',
    },
    expected: { trainGood: 1, testGood: 1, testDefective: 1, categories: ['bagel'], masks: 'bright' },
  },
];

const cases = [...mvtecCases, ...industrialCases, ...medicalCases];
describeReaders(cases);

describe('the registry', () => {
  it('has no reader that no case tests', () => {
    expect(cases.map(({ reader }) => reader.name).sort()).toEqual(
      datasetReaders.map(({ name }) => name).sort(),
    );
  });

  it('has every name and every folder of a published set once', () => {
    const names = datasetReaders.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('files');
    const folders = datasetReaders.flatMap(({ facts }) => (facts ? [facts.folder] : []));
    expect(new Set(folders).size).toBe(folders.length);
  });

  it.each(datasetReaders.flatMap(({ name, facts }) => (facts ? [{ name, facts }] : [])))(
    'knows where $name comes from',
    ({ facts }) => {
      expect(facts.page).toMatch(/^https?:\/\//);
      expect(facts.folder).toMatch(/^[a-z0-9_]+$/);
      for (const text of [facts.title, facts.licence, facts.size, facts.citation]) expect(text).not.toBe('');
      expect(new Set(facts.categories).size).toBe(facts.categories.length);
      expect(facts.categories.length).toBeGreaterThan(0);
    },
  );
});
