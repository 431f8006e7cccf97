import { join } from 'node:path';
import { decodeMask } from '../../../model/images/decode.js';
import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing, within } from './layout-root.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const category = 'ksdd2';

/** Masks decoded at a time: enough to keep the decoder's threads busy. */
const batch = 32;

/**
 * KolektorSDD2. No folder or list says which parts are defective: those with any mark in their masks are, so that
 * reading the set decodes every mask. Training images that show defects are left out, as nothing trains on them here.
 */
export const kolektorSdd2: DatasetReader = {
  name: 'kolektor-sdd2',
  facts: {
    title: 'KolektorSDD2 (Kolektor Surface-Defect Dataset 2)',
    page: 'https://www.vicos.si/resources/kolektorsdd2/',
    licence: 'CC BY-NC-SA 4.0',
    size: '3,335 images of one product, 356 of them defective (2,331 for training, 1,004 for tests)',
    citation:
      'J. Božič, D. Tabernik, D. Skočaj: Mixed supervision for surface-defect detection: from weakly to fully supervised learning. Computers in Industry 129, 2021.',
    folder: 'ksdd2',
    categories: [category],
  },
  layout: ['train/<number>.png', 'train/<number>_GT.png', 'test/<number>.png', 'test/<number>_GT.png'].join(
    '\n',
  ),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(kolektorSdd2, folder, 'train/<number>_GT.png');
    return [
      ...(await splitImages(folder, root, 'train')).filter(({ label }) => label === 0),
      ...(await splitImages(folder, root, 'test')),
    ].sort(byPath);
  },
};

function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^(kolektorsdd2|ksdd2)$/i, async (at) =>
    (await folder.images(within(at, 'train'))).some((name) => /^\d+_GT\.png$/.test(name)),
  );
}

async function splitImages(
  folder: DatasetFolder,
  root: string,
  split: SetImage['split'],
): Promise<readonly SetImage[]> {
  const at = within(root, split);
  const names = await folder.images(at);
  const known = new Set(names);
  // Only numbers: stray copies of a file, which the archive has too, would count twice.
  const numbered = names.filter((name) => /^\d+\.png$/.test(name));
  if (numbered.length === 0) throw missing(kolektorSdd2, folder, within(at, '<number>.png'));
  const images: SetImage[] = [];
  for (let start = 0; start < numbered.length; start += batch) {
    images.push(
      ...(await Promise.all(
        numbered.slice(start, start + batch).map(async (name): Promise<SetImage> => {
          const path = within(at, name);
          const mask = within(at, `${stemOf(name)}_GT.png`);
          if (!known.has(`${stemOf(name)}_GT.png`)) {
            throw missing(kolektorSdd2, folder, mask, `the mask of ${path}`);
          }
          const defective = await isMarked(folder, mask);
          return {
            path,
            split,
            label: defective ? 1 : 0,
            category,
            kind: defective ? 'defect' : 'good',
            mask: defective ? { kind: 'files', paths: [mask], marks: 'bright' } : { kind: 'empty' },
          };
        }),
      )),
    );
  }
  return images;
}

async function isMarked(folder: DatasetFolder, path: string): Promise<boolean> {
  const { mask } = await decodeMask(await folder.bytes(path), join(folder.root, path));
  return mask.includes(1);
}
