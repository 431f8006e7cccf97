import { join } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { categoriesWith, type CategoryFolder } from './categories.js';
import type { DatasetFolder } from './dataset-folder.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage, SetMask } from './reader.js';

const anomalies = ['logical_anomalies', 'structural_anomalies'];

/**
 * MVTec LOCO AD: logical and structural anomalies. An image may have several masks, one a defect, whose value says
 * what kind of defect it is; the mask here is their union. `validation/good` is left out: the detector's threshold
 * comes from training images. A copy with one mask file an image is laid out as `mvtec`.
 */
export const mvtecLoco: DatasetReader = {
  name: 'mvtec-loco',
  facts: {
    title: 'MVTec LOCO AD',
    page: 'https://www.mvtec.com/company/research/datasets/mvtec-loco',
    licence: 'CC BY-NC-SA 4.0',
    size: '3,644 images (1,772 for training, 1,568 for testing); download: see the page',
    citation:
      'P. Bergmann, K. Batzner, M. Fauser, D. Sattlegger, C. Steger: Beyond Dents and Scratches: Logical Constraints in Unsupervised Anomaly Detection and Localization. International Journal of Computer Vision 130, 2022.',
    folder: 'mvtec_loco',
    categories: ['breakfast_box', 'juice_bottle', 'pushpins', 'screw_bag', 'splicing_connectors'],
  },
  layout: [
    '<category>/train/good/<image>',
    '<category>/test/{good,logical_anomalies,structural_anomalies}/<image>',
    '<category>/ground_truth/{logical_anomalies,structural_anomalies}/<stem>/000.png, 001.png, …',
  ].join('\n'),
  async recognises(folder) {
    for (const { start } of await categoriesWith(folder, 'train/good')) {
      for (const kind of anomalies) {
        if ((await folder.folders(`${start}ground_truth/${kind}`)).length > 0) return true;
      }
    }
    return false;
  },
  async read(folder) {
    const categories = await categoriesWith(folder, 'train/good');
    if (categories.length === 0) {
      throw badInput(
        `no folder of ${folder.root} has train/good`,
        'MVTec LOCO AD has one folder a category.',
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
    for (const kind of split === 'train' ? ['good'] : ['good', ...anomalies]) {
      for (const name of await folder.images(`${start}${split}/${kind}`)) {
        const good = kind === 'good';
        const mask: SetMask = good ? { kind: 'empty' } : await masksOf(folder, start, kind, name);
        images.push({
          path: `${start}${split}/${kind}/${name}`,
          split,
          label: good ? 0 : 1,
          category,
          kind,
          mask,
        });
      }
    }
  }
  return images;
}

async function masksOf(folder: DatasetFolder, start: string, kind: string, image: string): Promise<SetMask> {
  const at = `${start}ground_truth/${kind}/${stemOf(image)}`;
  const names = await folder.images(at);
  if (names.length === 0) {
    throw badInput(
      `${join(folder.root, start, 'test', kind, image)} has no mask: ${join(folder.root, at, '000.png')} is missing`,
      'Add the masks, or unpack the archive again.',
    );
  }
  return { kind: 'files', paths: names.map((name) => `${at}/${name}`), marks: 'nonzero' };
}
