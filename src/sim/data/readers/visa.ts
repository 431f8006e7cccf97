import { join, posix } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { csvRows } from './csv-rows.js';
import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing, within } from './layout-root.js';
import { byPath } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const split = 'split_csv/1cls.csv';
const columns = ['object', 'split', 'label', 'image', 'mask'] as const;
type Row = Readonly<Record<(typeof columns)[number], string>>;

/**
 * VisA as Amazon packs it, with the one-class split of its split_csv folder. Objects whose folders are absent are left
 * out. A set that was converted to the MVTec layout is read as such.
 */
export const visa: DatasetReader = {
  name: 'visa',
  facts: {
    title: 'VisA (Visual Anomaly)',
    page: 'https://github.com/amazon-science/spot-diff',
    licence: 'CC BY 4.0',
    size: '10,821 images of 12 objects (9,621 normal, 1,200 anomalous); about 1.9 GB',
    citation:
      'Y. Zou, J. Jeong, L. Pemula, D. Zhang, O. Dabeer: SPot-the-Difference Self-Supervised Pre-training for Anomaly Detection and Segmentation. ECCV 2022.',
    folder: 'visa',
    categories: [
      ...['candle', 'capsules', 'cashew', 'chewinggum', 'fryum', 'macaroni1', 'macaroni2'],
      ...['pcb1', 'pcb2', 'pcb3', 'pcb4', 'pipe_fryum'],
    ],
  },
  layout: [
    '<object>/Data/Images/Normal/*.JPG',
    '<object>/Data/Images/Anomaly/*.JPG',
    '<object>/Data/Masks/Anomaly/*.png',
    split,
  ].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(visa, folder, '<object>/Data/Images');
    const path = within(root, split);
    if (!(await folder.has(path))) throw missing(visa, folder, path, 'it says which images train');
    const source = join(folder.root, path);
    const objects = new Set(await folder.folders(root));
    const exists = fileLookup(folder);
    const images: SetImage[] = [];
    for (const row of csvRows(await folder.bytes(path), source, columns)) {
      if (!objects.has(row.object)) continue;
      const image = imageOf(row, root, source);
      if (image.split === 'train' && image.label === 1) continue;
      const masks = image.mask.kind === 'files' ? image.mask.paths : [];
      for (const file of [image.path, ...masks]) {
        if (!(await exists(file))) throw missing(visa, folder, file, `${source} names it`);
      }
      images.push(image);
    }
    if (images.length === 0) throw badInput(`${source} names no image of this folder`, visa.layout);
    return images.sort(byPath);
  },
};

function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^visa/i, async (at) => {
    for (const name of await folder.folders(at)) {
      if ((await folder.folders(within(at, name, 'Data'))).includes('Images')) return true;
    }
    return false;
  });
}

function imageOf(row: Row, root: string, source: string): SetImage {
  if ((row.split !== 'train' && row.split !== 'test') || !['normal', 'anomaly'].includes(row.label)) {
    throw badInput(
      `${source}: ${row.image} has split ${row.split} and label ${row.label}`,
      'A split is train or test, a label normal or anomaly; restore the published file.',
    );
  }
  const normal = row.label === 'normal';
  return {
    path: within(root, row.image),
    split: row.split,
    label: normal ? 0 : 1,
    category: row.object,
    kind: normal ? 'good' : 'anomaly',
    // A mask's values are the kinds of defects: 1, 2, 3, …
    mask: normal ? { kind: 'empty' } : { kind: 'files', paths: [within(root, row.mask)], marks: 'nonzero' },
  };
}

/** Whether a file exists, from one listing a folder. */
function fileLookup(folder: DatasetFolder): (path: string) => Promise<boolean> {
  const known = new Map<string, ReadonlySet<string>>();
  return async (path) => {
    const parent = posix.dirname(path);
    const names = known.get(parent) ?? new Set(await folder.files(parent));
    known.set(parent, names);
    return names.has(posix.basename(path));
  };
}
