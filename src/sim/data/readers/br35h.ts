import type { DatasetFolder } from './dataset-folder.js';
import { hashedSplit } from './hashed-split.js';
import { layoutRoot, missing, requireImages, within } from './layout-root.js';
import { byPath } from './paths.js';
import type { DatasetReader } from './reader.js';

const category = 'br35h';

/**
 * Br35H: brain MRI with and without a tumour. The set has no published split: slices with a tumour are test images, the
 * normal ones are split by a hash of their file names (`hashedSplit`). Images without a label (`pred`) and the copies in
 * Br35H-Mask-RCNN are left out.
 */
export const br35h: DatasetReader = {
  name: 'br35h',
  facts: {
    title: 'Br35H (brain tumor detection 2020)',
    page: 'https://www.kaggle.com/datasets/ahmedhamada0/brain-tumor-detection',
    licence: 'see the page',
    size: '3,000 slices, 1,500 of them with a tumour',
    citation: 'A. Hamada: Br35H :: Brain Tumor Detection 2020. Kaggle, 2020.',
    folder: 'br35h',
    categories: [category],
  },
  layout: ['no/no<number>.jpg', 'yes/y<number>.jpg'].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(br35h, folder, 'no/no<number>.jpg');
    const normal = await requireImages(br35h, folder, within(root, 'no'));
    const tumours = await requireImages(br35h, folder, within(root, 'yes'));
    return [
      ...normal.map((name) => ({
        path: within(root, 'no', name),
        split: hashedSplit(name),
        label: 0 as const,
        category,
        kind: 'good',
        mask: { kind: 'none' as const },
      })),
      ...tumours.map((name) => ({
        path: within(root, 'yes', name),
        split: 'test' as const,
        label: 1 as const,
        category,
        kind: 'tumor',
        mask: { kind: 'none' as const },
      })),
    ].sort(byPath);
  },
};

/** Other sets have folders yes and no too; these file names are Br35H's. */
function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(
    folder,
    /^br35h$/i,
    async (at) =>
      (await folder.images(within(at, 'no'))).some((name) => /^no\d+\.jpe?g$/i.test(name)) &&
      (await folder.folders(at)).includes('yes'),
  );
}
