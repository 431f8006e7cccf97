import type { DatasetFolder } from './dataset-folder.js';
import { hashedSplit } from './hashed-split.js';
import { layoutRoot, missing, within } from './layout-root.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const category = 'magnetic_tile';
const defects = ['MT_Blowhole', 'MT_Break', 'MT_Crack', 'MT_Fray', 'MT_Uneven'];

/**
 * Magnetic tiles of Huang et al. The set has no published split: all defective images are test images, and the free
 * ones are split by a hash of their file names (`hashedSplit`). Defects whose folders are absent are left out.
 */
export const magneticTile: DatasetReader = {
  name: 'magnetic-tile',
  facts: {
    title: 'Magnetic tile surface defects',
    page: 'https://github.com/abin24/Magnetic-tile-defect-datasets.',
    licence: 'none stated',
    size: '1,344 images: 952 free of defects, 392 with one of 5 kinds',
    citation:
      'Y. Huang, C. Qiu, K. Yuan: Surface defect saliency of magnetic tile. The Visual Computer 36, 2020.',
    folder: 'magnetic_tile_defect',
    categories: [category],
  },
  layout: [
    'MT_Free/Imgs/*.jpg',
    'MT_<Blowhole|Break|Crack|Fray|Uneven>/Imgs/*.jpg',
    'MT_<Blowhole|Break|Crack|Fray|Uneven>/Imgs/<same name>.png',
  ].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(magneticTile, folder, 'MT_Free/Imgs');
    const present = new Set(await folder.folders(root));
    const found = defects.filter((name) => present.has(name));
    if (found.length === 0) throw missing(magneticTile, folder, within(root, 'MT_Blowhole/Imgs'));
    const images = await freeImages(folder, within(root, 'MT_Free/Imgs'));
    for (const name of found) {
      const kind = name.slice('MT_'.length).toLowerCase();
      images.push(...(await defectiveImages(folder, within(root, name, 'Imgs'), kind)));
    }
    return images.sort(byPath);
  },
};

function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^magnetic[-_]tile/i, async (at) =>
    (await folder.folders(within(at, 'MT_Free'))).includes('Imgs'),
  );
}

async function freeImages(folder: DatasetFolder, at: string): Promise<SetImage[]> {
  return (await photos(folder, at)).map((name) => ({
    path: within(at, name),
    split: hashedSplit(name),
    label: 0,
    category,
    kind: 'good',
    mask: { kind: 'empty' },
  }));
}

async function defectiveImages(folder: DatasetFolder, at: string, kind: string): Promise<SetImage[]> {
  const names = new Set(await folder.images(at));
  return (await photos(folder, at)).map((name) => {
    const mask = `${stemOf(name)}.png`;
    if (!names.has(mask)) throw missing(magneticTile, folder, within(at, mask), `the mask of ${name}`);
    return {
      path: within(at, name),
      split: 'test',
      label: 1,
      category,
      kind,
      mask: { kind: 'files', paths: [within(at, mask)], marks: 'bright' },
    };
  });
}

/** The images of a folder that holds their masks too. */
async function photos(folder: DatasetFolder, at: string): Promise<readonly string[]> {
  const names = (await folder.images(at)).filter((name) => /\.jpe?g$/i.test(name));
  if (names.length === 0) throw missing(magneticTile, folder, within(at, '*.jpg'));
  return names;
}
