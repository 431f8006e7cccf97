import { join } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { categoriesWith, type CategoryFolder } from './categories.js';
import type { DatasetFolder } from './dataset-folder.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage, SetMask } from './reader.js';

/** MVTec 3D-AD, its colour images alone. `xyz` (positions in space) and `validation` are left out. */
export const mvtec3d: DatasetReader = {
  name: 'mvtec-3d',
  facts: {
    title: 'MVTec 3D-AD',
    page: 'https://www.mvtec.com/company/research/datasets/mvtec-3d-ad',
    licence: 'CC BY-NC-SA 4.0',
    size: '4,147 scans (2,656 for training, 1,197 for testing); download: see the page',
    citation:
      'P. Bergmann, X. Jin, D. Sattlegger, C. Steger: The MVTec 3D-AD Dataset for Unsupervised 3D Anomaly Detection and Localization. VISAPP 2022.',
    folder: 'mvtec_3d',
    categories: [
      ...['bagel', 'cable_gland', 'carrot', 'cookie', 'dowel'],
      ...['foam', 'peach', 'potato', 'rope', 'tire'],
    ],
  },
  layout: [
    '<category>/train/good/rgb/<image>',
    '<category>/test/{good,<defect>}/rgb/<image>',
    '<category>/test/<defect>/gt/<stem>.png',
  ].join('\n'),
  recognises: async (folder) => (await categoriesWith(folder, 'train/good/rgb')).length > 0,
  async read(folder) {
    const categories = await categoriesWith(folder, 'train/good/rgb');
    if (categories.length === 0) {
      throw badInput(
        `no folder of ${folder.root} has train/good/rgb`,
        'MVTec 3D-AD has one folder a category.',
      );
    }
    const images: SetImage[] = [];
    for (const category of categories) images.push(...(await readCategory(folder, category)));
    return images.sort(byPath);
  },
};

async function readCategory(
  folder: DatasetFolder,
  { name: category, start }: CategoryFolder,
): Promise<SetImage[]> {
  const images: SetImage[] = [];
  for (const split of ['train', 'test'] as const) {
    for (const kind of split === 'train' ? ['good'] : await folder.folders(`${start}test`)) {
      const at = `${start}${split}/${kind}`;
      for (const name of await folder.images(`${at}/rgb`)) {
        const good = kind === 'good';
        const mask: SetMask = good ? { kind: 'empty' } : await maskOf(folder, at, name);
        images.push({ path: `${at}/rgb/${name}`, split, label: good ? 0 : 1, category, kind, mask });
      }
    }
  }
  return images;
}

async function maskOf(folder: DatasetFolder, at: string, image: string): Promise<SetMask> {
  const stem = stemOf(image);
  const name = (await folder.images(`${at}/gt`)).find((candidate) => stemOf(candidate) === stem);
  if (name === undefined) {
    throw badInput(
      `${join(folder.root, at, 'rgb', image)} has no mask: ${join(folder.root, at, 'gt', `${stem}.png`)} is missing`,
      'Add the mask, or unpack the archive again.',
    );
  }
  return { kind: 'files', paths: [`${at}/gt/${name}`], marks: 'bright' };
}
