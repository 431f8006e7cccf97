import { join, posix } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { csvRows } from './csv-rows.js';
import type { DatasetFolder } from './dataset-folder.js';
import { hashedSplit } from './hashed-split.js';
import { missing, within } from './layout-root.js';
import { byPath } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const category = 'head_ct';

/**
 * HeadCT: one slice a person. The set has no published split: slices with a haemorrhage are test images, the normal
 * ones are split by a hash of their file names (`hashedSplit`). The archive's own folder and those that it nests are
 * all fine; labels.csv is looked for beside the images and above them.
 */
export const headCt: DatasetReader = {
  name: 'head-ct',
  facts: {
    title: 'HeadCT (head CT haemorrhage)',
    page: 'https://www.kaggle.com/datasets/felipekitamura/head-ct-hemorrhage',
    licence: 'see the page',
    size: '200 slices, 100 of them with a haemorrhage',
    citation: 'F. C. Kitamura: Head CT - hemorrhage. Kaggle, 2018.',
    folder: 'head_ct',
    categories: [category],
  },
  layout: ['labels.csv', 'head_ct/head_ct/<three digits>.png'].join('\n'),

  async recognises(folder) {
    const slices = await slicesFolder(folder);
    if (slices === null) return false;
    if (slices !== '') return true;
    // Numbered images alone could be anybody's.
    const path = await labelsFile(folder, slices);
    if (path === null) return false;
    const [header] = new TextDecoder().decode(await folder.bytes(path)).split('\n', 1);
    return header.includes('hemorrhage');
  },

  async read(folder) {
    const at = await slicesFolder(folder);
    if (at === null) throw missing(headCt, folder, 'head_ct/head_ct/<three digits>.png');
    const path = await labelsFile(folder, at);
    if (path === null) throw missing(headCt, folder, 'labels.csv', 'it says which slices show a haemorrhage');
    const source = join(folder.root, path);
    const labels = new Map(
      csvRows(await folder.bytes(path), source, ['id', 'hemorrhage']).map(({ id, hemorrhage }) => [
        `${id.padStart(3, '0')}.png`,
        hemorrhage,
      ]),
    );
    const names = (await folder.images(at)).filter(isSlice);
    const lacking = [...labels.keys()].find((name) => !names.includes(name));
    if (lacking !== undefined) throw missing(headCt, folder, within(at, lacking), `${source} names it`);
    return names.map((name) => slice(within(at, name), name, labels.get(name), source)).sort(byPath);
  },
};

const isSlice = (name: string) => /^\d{3}\.png$/.test(name);

async function slicesFolder(folder: DatasetFolder): Promise<string | null> {
  for (const at of ['head_ct/head_ct', 'head_ct', '']) {
    if ((await folder.images(at)).some(isSlice)) return at;
  }
  return null;
}

/** Kaggle puts the labels two folders above the slices, so that they may lie above the set's folder. */
async function labelsFile(folder: DatasetFolder, slices: string): Promise<string | null> {
  for (const above of ['', '..', '../..']) {
    const path = posix.join(slices, above, 'labels.csv');
    if (await folder.has(path)) return path;
  }
  return null;
}

function slice(path: string, name: string, label: string | undefined, source: string): SetImage {
  if (label !== '0' && label !== '1') {
    throw badInput(
      `${source} has ${label === undefined ? 'no row' : `the label ${label}`} for ${name}`,
      'A label is 0 or 1; restore the published file.',
    );
  }
  const normal = label === '0';
  return {
    path,
    split: normal ? hashedSplit(name) : 'test',
    label: normal ? 0 : 1,
    category,
    kind: normal ? 'good' : 'hemorrhage',
    mask: { kind: 'none' },
  };
}
