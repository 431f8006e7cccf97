import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing, requireImages, within } from './layout-root.js';
import { byPath } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const category = 'brats';

/**
 * Slices of BraTS 2021 as the BMAD benchmark cuts and splits them (its Brain_AD). Its validation images are
 * left out. `train/good` holds the images itself or has them in `img`.
 */
export const bratsSlices: DatasetReader = {
  name: 'brats-slices',
  facts: {
    title: 'BMAD brain MRI (slices of BraTS 2021)',
    page: 'https://github.com/DorisBao/BMAD',
    licence: 'see the page, and that of BraTS 2021',
    size: '7,500 slices for training, 3,715 for tests, 3,075 of them with a tumour',
    citation:
      'J. Bao, H. Sun, H. Deng, Y. He, Z. Zhang, X. Li: BMAD: Benchmarks for Medical Anomaly Detection. CVPR Workshops 2024; and U. Baid et al.: The RSNA-ASNR-MICCAI BraTS 2021 Benchmark. arXiv:2107.02314.',
    folder: 'brats',
    categories: [category],
  },
  layout: [
    'train/good/<case>_<slice>.png',
    'test/good/img/<case>_<slice>.png',
    'test/Ungood/img/<case>_<slice>.png',
    'test/Ungood/label/<case>_<slice>.png',
  ].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(bratsSlices, folder, 'test/Ungood/img/<case>_<slice>.png');
    return [
      ...(await goodImages(folder, await trainFolder(folder, root), 'train')),
      ...(await goodImages(folder, within(root, 'test/good/img'), 'test')),
      ...(await tumourImages(folder, root)),
    ].sort(byPath);
  },
};

/** Other organs of BMAD are laid out alike; five digits and a slice are BraTS's names. */
function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^bra(in|ts)/i, async (at) =>
    (await folder.images(within(at, 'test/Ungood/img'))).some((name) => /^\d{5}_\d+\.png$/.test(name)),
  );
}

async function trainFolder(folder: DatasetFolder, root: string): Promise<string> {
  const good = within(root, 'train/good');
  return (await folder.folders(good)).includes('img') ? within(good, 'img') : good;
}

async function goodImages(
  folder: DatasetFolder,
  at: string,
  split: SetImage['split'],
): Promise<readonly SetImage[]> {
  return (await requireImages(bratsSlices, folder, at)).map((name) => ({
    path: within(at, name),
    split,
    label: 0,
    category,
    kind: 'good',
    mask: { kind: 'empty' },
  }));
}

async function tumourImages(folder: DatasetFolder, root: string): Promise<readonly SetImage[]> {
  const at = within(root, 'test/Ungood/img');
  const masks = within(root, 'test/Ungood/label');
  const maskNames = new Set(await folder.images(masks));
  return (await requireImages(bratsSlices, folder, at)).map((name) => {
    if (!maskNames.has(name)) {
      throw missing(bratsSlices, folder, within(masks, name), `the mask of ${within(at, name)}`);
    }
    return {
      path: within(at, name),
      split: 'test',
      label: 1,
      category,
      kind: 'tumor',
      // BraTS numbers the parts of a tumour.
      mask: { kind: 'files', paths: [within(masks, name)], marks: 'nonzero' },
    };
  });
}
