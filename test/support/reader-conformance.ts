import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetFolder } from '../../src/sim/data/readers/dataset-folder.js';
import { datasetReaders, readerOf } from '../../src/sim/data/readers/registry.js';
import type { ReaderCase } from './reader-case.js';
import { tinyTree } from './tiny-tree.js';

/** What every reader promises, on small trees of the published layouts. */
export function describeReaders(cases: readonly ReaderCase[]): void {
  describe.each(cases)('reader $reader.name', ({ reader, tree, expected, alsoRecognisedBy = [] }) => {
    it('knows its layout, and no other reader takes it for its own', async () => {
      const folder = datasetFolder(await tinyTree(tree));
      const others: string[] = [];
      for (const each of datasetReaders) if (await each.recognises(folder)) others.push(each.name);
      expect(others.sort()).toEqual([reader.name, ...alsoRecognisedBy].sort());
      expect((await readerOf(folder))?.name).toBe(reader.name);
      expect(await reader.recognises(datasetFolder(await tinyTree({ 'readme.txt': { text: '' } })))).toBe(
        false,
      );
    });

    it('reads it: counts, categories, masks, files that exist, in the order of their paths', async () => {
      const root = await tinyTree(tree);
      const folder = datasetFolder(root);
      const images = await reader.read(folder);
      const paths = images.map(({ path }) => path);
      expect(paths).toEqual([...new Set(paths)].sort());
      const count = (split: string, label: number) =>
        images.filter((image) => image.split === split && image.label === label).length;
      expect({
        trainGood: count('train', 0),
        trainDefective: count('train', 1),
        testGood: count('test', 0),
        testDefective: count('test', 1),
        categories: [...new Set(images.map(({ category }) => category))].sort(),
      }).toEqual({
        trainGood: expected.trainGood,
        trainDefective: 0,
        testGood: expected.testGood,
        testDefective: expected.testDefective,
        categories: expected.categories,
      });
      for (const { path, label, kind, mask } of images) {
        expect(await folder.has(path), join(root, path)).toBe(true);
        expect(kind === 'good', path).toBe(label === 0);
        if (expected.masks === 'none') expect(mask.kind, path).toBe('none');
        else if (label === 0) expect(mask.kind, path).toBe('empty');
        else expect(mask, path).toMatchObject({ kind: 'files', marks: expected.masks });
        for (const file of mask.kind === 'files' ? mask.paths : []) {
          expect(await folder.has(file), file).toBe(true);
        }
      }
    });

    it('reads the same twice', async () => {
      const root = await tinyTree(tree);
      expect(await reader.read(datasetFolder(root))).toEqual(await reader.read(datasetFolder(root)));
    });
  });
}
