import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { datasetFolder } from '../../../../src/sim/data/readers/dataset-folder.js';
import { filesReader, filesSchema } from '../../../../src/sim/data/readers/files.js';
import { expectRefusal } from '../../../support/refusal.js';
import { each, tinyTree, type TinyFile } from '../../../support/tiny-tree.js';

const tree = {
  ...each(['images/train/a.png', 'images/train/b.jpg'], 'image'),
  ...each(['images/test/ok/c.png', 'images/test/dent/d.png', 'images/test/dent/e.png'], 'image'),
  ...each(['masks/d_mask.png', 'masks/e_mask.png'], 'mask'),
};

async function read(settings: object, files: Readonly<Record<string, TinyFile>> = tree) {
  const root = await tinyTree(files);
  const images = await filesReader(filesSchema.parse(settings)).read(datasetFolder(root));
  return { root, images };
}

async function kinds(settings: object, files: Readonly<Record<string, TinyFile>> = tree) {
  const { images } = await read(settings, files);
  return Object.fromEntries(images.map(({ path, split, kind }) => [path, `${split} ${kind}`]));
}

describe('files labelled by folder', () => {
  it('takes folders called ok, good, normal or 0 for normal, others for kinds of defects', async () => {
    expect(await kinds({ train: './images/train/*', test: 'images/test/**' })).toEqual({
      'images/test/dent/d.png': 'test dent',
      'images/test/dent/e.png': 'test dent',
      'images/test/ok/c.png': 'test good',
      'images/train/a.png': 'train good',
      'images/train/b.jpg': 'train good',
    });
    const upper = { ...each(['Normal/a.png', 'Normal/b.png', '1/c.png'], 'image') };
    expect(await kinds({ train: 'Normal/a.png', test: ['**', '!Normal/a.png'] }, upper)).toEqual({
      '1/c.png': 'test 1',
      'Normal/a.png': 'train good',
      'Normal/b.png': 'test good',
    });
  });

  it('refuses a test image in no folder', async () => {
    const flat = each(['good/a.png', 'b.png'], 'image');
    await expectRefusal(
      () => read({ train: 'good/*', test: '*.png' }, flat),
      /nothing says whether .*b\.png is normal/,
    );
  });
});

describe('files labelled by globs', () => {
  const flat = each(['n1.png', 'n2.png', 'x1.png', 'y1.png'], 'image');

  it('tests what good and defective match', async () => {
    expect(await kinds({ train: 'n1.png', good: 'n2.png', defective: ['x*', 'y*'] }, flat)).toEqual({
      'n1.png': 'train good',
      'n2.png': 'test good',
      'x1.png': 'test defective',
      'y1.png': 'test defective',
    });
  });

  it('takes the other test images for the other kind where one glob is given', async () => {
    const good = await kinds({ train: 'n1.png', test: ['*', '!n1.png'], good: 'n*' }, flat);
    const defective = await kinds({ train: 'n1.png', test: ['*', '!n1.png'], defective: ['x*', 'y*'] }, flat);
    expect(good).toEqual(defective);
    expect(good).toMatchObject({ 'n2.png': 'test good', 'y1.png': 'test defective' });
  });

  it('refuses test images that match neither or both', async () => {
    const some = { train: 'n1.png', test: ['*', '!n1.png'] };
    await expectRefusal(
      () => read({ ...some, good: 'n*', defective: 'x*' }, flat),
      /y1\.png matches neither/,
    );
    await expectRefusal(() => read({ ...some, good: 'n*', defective: '*' }, flat), /n2\.png matches both/);
  });
});

describe('files labelled by a table', () => {
  const table = (text: string) => ({ ...tree, 'labels.csv': { text } });
  const settings = { train: 'images/train/*', test: 'images/test/*/*', labels: { file: 'labels.csv' } };

  it('finds rows by path and by file name, and leaves defective training images out', async () => {
    const text =
      'label, file\ngood, images/test/dent/d.png\nNormal,c.png\n\nbent,e.png\nbent,images\\train\\b.jpg\n';
    expect(await kinds(settings, table(text))).toEqual({
      'images/test/dent/d.png': 'test good',
      'images/test/dent/e.png': 'test bent',
      'images/test/ok/c.png': 'test good',
      'images/train/a.png': 'train good',
    });
  });

  it('has names of columns and of normal labels of one’s own', async () => {
    const labels = { file: 'labels.csv', column: 'id', label: 'class', good: ['7'] };
    const found = await kinds({ ...settings, labels }, table('id,class\nc.png,7\nd.png,good\ne.png,0\n'));
    expect(found).toMatchObject({
      'images/test/ok/c.png': 'test good',
      'images/test/dent/d.png': 'test defective',
      'images/test/dent/e.png': 'test 0',
    });
  });

  it.each([
    ['path,label\nc.png,good\n', /labels\.csv has no column file/],
    ['file,label\nc.png,good\nd.png,bad\n', /no row for the test image images\/test\/dent\/e\.png/],
    ['file,label\nc.png,good\nc.png,bad\n', /labels c\.png as good and as bad/],
    ['file,label\nc.png,\n', /no label for c\.png/],
    ['file,label\nc.png\n', /can't be read/],
  ])('refuses %j', async (text, message) => {
    await expectRefusal(() => read(settings, table(text)), message);
  });

  it('refuses a file name that two images have, and a missing table', async () => {
    const twice = { ...table('file,label\na.png,good\n'), 'images/test/ok/a.png': 'image' as const };
    await expectRefusal(() => read(settings, twice), /a row for a\.png, but .* are both called so/);
    await expectRefusal(() => read(settings), /labels\.csv can't be read/);
  });
});

describe('masks of files', () => {
  const settings = { train: 'images/train/*', test: 'images/test/**' };

  it.each(['masks/{stem}_mask.png', '{folder}/../../../masks/{stem}_mask.png', './masks/{stem}_mask.png'])(
    'are found by %s',
    async (masks) => {
      const { images } = await read({ ...settings, masks, marks: 'nonzero' });
      expect(images.map(({ mask }) => mask)).toEqual([
        { kind: 'files', paths: ['masks/d_mask.png'], marks: 'nonzero' },
        { kind: 'files', paths: ['masks/e_mask.png'], marks: 'nonzero' },
        { kind: 'empty' },
        { kind: 'empty' },
        { kind: 'empty' },
      ]);
    },
  );

  it('are found by the image’s whole path or name', async () => {
    const files = {
      ...each(['good/a.png', 'bad/b.png'], 'image'),
      ...each(['all/bad/b.png', 'flat/b.png.tif', 'b.png'], 'mask'),
    };
    const path = async (masks: string) => {
      const { images } = await read({ train: 'good/*', test: 'bad/*', masks }, files);
      const { mask } = images.find(({ label }) => label === 1)!;
      return mask.kind === 'files' ? mask.paths : mask.kind;
    };
    expect(await path('all/{relative}')).toEqual(['all/bad/b.png']);
    expect(await path('flat/{name}.tif')).toEqual(['flat/b.png.tif']);
    expect(await path('{folder}/../{name}')).toEqual(['b.png']);
    expect(await path('all/{folder}/{stem}.png')).toEqual(['all/bad/b.png']);
  });

  it('that are missing are named', async () => {
    await expectRefusal(
      () => read({ ...settings, masks: 'masks/{stem}.png' }),
      /d\.png has no mask: .*masks\/d\.png is missing/,
    );
  });

  it('are none where nobody says', async () => {
    const { images } = await read(settings);
    expect(new Set(images.map(({ mask }) => mask.kind))).toEqual(new Set(['none']));
  });
});

describe('categories of files', () => {
  it('are the set’s folder, a text, or the first folder of each path', async () => {
    const files = each(['nut/train/a.png', 'bolt/train/b.png', 'c.png'], 'image');
    const categories = async (category?: string) => {
      const { root, images } = await read({ train: ['*.png', '*/train/*'], category }, files);
      return images.map((image) => (image.category === basename(root) ? 'root' : image.category));
    };
    expect(await categories()).toEqual(['root', 'root', 'root']);
    expect(await categories('screws')).toEqual(['screws', 'screws', 'screws']);
    expect(await categories('folder')).toEqual(['bolt', 'root', 'nut']);
  });
});

describe('globs of files', () => {
  it.each([
    [{ train: 'pictures/*' }, /files\.train "pictures\/\*" matches no image/],
    [{ train: ['images/train/*', 'images/tain/*'] }, /"images\/tain\/\*" matches no image/],
    [{ train: 'images/train/*', test: ['images/test/**', '!**'] }, /files\.test .* leaves no image/],
    [{ train: '!images/**' }, /leaves no image/],
    [{ train: 'images/**', test: 'images/test/**' }, /is a training and a test image/],
  ])('%j are refused', async (settings, message) => {
    await expectRefusal(() => read(settings), message);
  });

  it('beside a table of labels are refused by the schema', () => {
    const labels = { file: 'labels.csv' };
    expect(filesSchema.safeParse({ train: '*', good: 'a*', labels }).success).toBe(false);
    expect(filesSchema.safeParse({ train: '*', labels }).success).toBe(true);
    expect(filesSchema.safeParse({ train: '*', lables: labels }).success).toBe(false);
  });

  it('recognise nothing by themselves', async () => {
    expect(
      await filesReader(filesSchema.parse({ train: '*' })).recognises(datasetFolder(await tinyTree(tree))),
    ).toBe(false);
  });
});
