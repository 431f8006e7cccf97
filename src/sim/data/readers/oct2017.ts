import { hasClassFolders, readClassFolders } from './class-folders.js';
import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing } from './layout-root.js';
import type { DatasetReader } from './reader.js';

const category = 'oct2017';
const findings = ['CNV', 'DME', 'DRUSEN'];

/**
 * Retinal OCT of Kermany et al. Only normal images train; val, 32 images, and the training images of the three diseases
 * are left out.
 */
export const oct2017: DatasetReader = {
  name: 'oct2017',
  facts: {
    title: 'OCT2017 (retinal optical coherence tomography)',
    page: 'https://www.kaggle.com/datasets/paultimothymooney/kermany2018',
    licence: 'CC BY 4.0',
    size: '84,484 images: 83,484 for training, 968 for tests, 32 for validation; several GB',
    citation:
      'D. Kermany, K. Zhang, M. Goldbaum: Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for Classification. Mendeley Data, V2, 2018, doi:10.17632/rscbjbr9sj.2.',
    folder: 'oct2017',
    categories: [category],
  },
  layout: ['train/NORMAL/*.jpeg', 'test/<NORMAL|CNV|DME|DRUSEN>/*.jpeg'].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(oct2017, folder, 'train/NORMAL');
    return readClassFolders(oct2017, folder, root, findings, category);
  },
};

/** The archive's folder ends with a space. */
function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^oct2017\s*$/i, (at) => hasClassFolders(folder, at, findings));
}
