import { hasClassFolders, readClassFolders } from './class-folders.js';
import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing } from './layout-root.js';
import type { DatasetReader } from './reader.js';

const category = 'chest_xray';
const findings = ['PNEUMONIA'];

/**
 * Children's chest X-rays of Kermany et al. Only normal images train; val, 16 images, and the training images with
 * pneumonia are left out.
 */
export const chestXRay: DatasetReader = {
  name: 'chest-x-ray',
  facts: {
    title: 'Chest X-ray (pneumonia)',
    page: 'https://www.kaggle.com/datasets/paultimothymooney/chest-xray-pneumonia',
    licence: 'CC BY 4.0',
    size: '5,856 images: 1,341 normal ones for training, 624 for tests, 390 of them with pneumonia; about 1.2 GB',
    citation:
      'D. Kermany, K. Zhang, M. Goldbaum: Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification. Mendeley Data, V2, 2018, doi:10.17632/rscbjbr9sj.2.',
    folder: 'chest_xray',
    categories: [category],
  },
  layout: ['train/NORMAL/*.jpeg', 'test/NORMAL/*.jpeg', 'test/PNEUMONIA/*.jpeg'].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(chestXRay, folder, 'train/NORMAL');
    return readClassFolders(chestXRay, folder, root, findings, category);
  },
};

function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^chest_xray$/i, (at) => hasClassFolders(folder, at, findings));
}
