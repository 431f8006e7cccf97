import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing, requireImages, within } from './layout-root.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const products = ['01', '02', '03'];

/** beanTech's three products; images and masks are PNG or BMP. Products whose folders are absent are left out. */
export const btad: DatasetReader = {
  name: 'btad',
  facts: {
    title: 'BTAD (beanTech Anomaly Detection)',
    page: 'https://avires.dimi.uniud.it/papers/btad/btad.zip',
    licence: 'none stated at the source; others say CC BY-NC-SA 4.0',
    size: '2,540 images of 3 products (1,799 for training, 741 for tests)',
    citation:
      'P. Mishra, R. Verk, D. Fornasier, C. Piciarelli, G. L. Foresti: VT-ADL: A Vision Transformer Network for Image Anomaly Detection and Localization. ISIE 2021.',
    folder: 'btad',
    categories: products,
  },
  layout: [
    '<01|02|03>/train/ok/*.{bmp,png}',
    '<01|02|03>/test/ok/*.{bmp,png}',
    '<01|02|03>/test/ko/*.{bmp,png}',
    '<01|02|03>/ground_truth/ko/<same name>.{png,bmp}',
  ].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(btad, folder, '01/train/ok');
    const present = new Set(await folder.folders(root));
    const images: SetImage[] = [];
    for (const product of products.filter((name) => present.has(name))) {
      images.push(...(await productImages(folder, root, product)));
    }
    return images.sort(byPath);
  },
};

function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^(btad|btech)/i, async (at) => {
    for (const name of await folder.folders(at)) {
      if (!products.includes(name)) continue;
      if ((await folder.folders(within(at, name, 'train'))).includes('ok')) return true;
    }
    return false;
  });
}

async function productImages(folder: DatasetFolder, root: string, product: string): Promise<SetImage[]> {
  const part = async (path: string) =>
    (await requireImages(btad, folder, within(root, product, path))).map((name) =>
      within(root, product, path, name),
    );
  const good = (path: string, split: SetImage['split']): SetImage => ({
    path,
    split,
    label: 0,
    category: product,
    kind: 'good',
    mask: { kind: 'empty' },
  });
  const masks = within(root, product, 'ground_truth/ko');
  const maskNames = new Map((await folder.images(masks)).map((name) => [stemOf(name), name]));
  const defective = (path: string): SetImage => {
    const stem = stemOf(path.slice(path.lastIndexOf('/') + 1));
    const mask = maskNames.get(stem);
    if (mask === undefined) throw missing(btad, folder, within(masks, `${stem}.png`), `the mask of ${path}`);
    return {
      path,
      split: 'test',
      label: 1,
      category: product,
      kind: 'ko',
      mask: { kind: 'files', paths: [within(masks, mask)], marks: 'bright' },
    };
  };
  return [
    ...(await part('train/ok')).map((path) => good(path, 'train')),
    ...(await part('test/ok')).map((path) => good(path, 'test')),
    ...(await part('test/ko')).map(defective),
  ];
}
