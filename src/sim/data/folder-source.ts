import { readdir, stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { badInput } from '../../base/errors.js';
import type { ImageRecord, MaskLocation } from './image.js';

const imageExtensions = new Set(['.png', '.jpg', '.jpeg', '.tif', '.tiff', '.webp', '.gif']);
const layoutHint =
  'The MVTec layout is train/good, test/good, test/<defect> and, where there are masks, ground_truth/<defect>/<name>_mask.png.';

/** A data set in the MVTec layout. Lists are in the order of their paths. */
export interface ImageSet {
  readonly train: readonly ImageRecord[];
  readonly test: readonly ImageRecord[];
}

/**
 * @param root the set's folder
 * @param name what image ids start with
 * @throws FeddymemError (bad-input) on a missing folder, no normal images, or missing masks
 */
export async function readImageSet(root: string, name: string): Promise<ImageSet> {
  await requireFolder(root, 'data.folder or --data / FEDDYMEM_DATA');
  await requireFolder(join(root, 'train', 'good'), layoutHint);
  const train = await imagesIn(join(root, 'train', 'good'));
  if (train.length === 0) {
    throw badInput(
      `${join(root, 'train', 'good')} holds no images`,
      'Training needs normal images there (png, jpg, …).',
    );
  }
  await requireFolder(join(root, 'test'), layoutHint);
  const masks = join(root, 'ground_truth');
  const hasMasks = await isFolder(masks);
  const test: ImageRecord[] = [];
  for (const kind of await foldersIn(join(root, 'test'))) {
    for (const path of await imagesIn(join(root, 'test', kind))) {
      const defective = kind !== 'good';
      const mask: MaskLocation = !hasMasks
        ? { kind: 'none' }
        : defective
          ? { kind: 'file', path: await maskOf(join(masks, kind), path) }
          : { kind: 'empty' };
      test.push({
        id: `${name}/test/${kind}/${basename(path)}`,
        label: defective ? 1 : 0,
        location: { kind: 'file', path },
        mask,
      });
    }
  }
  return {
    train: train.map((path) => ({
      id: `${name}/train/good/${basename(path)}`,
      label: 0,
      location: { kind: 'file', path },
      mask: { kind: hasMasks ? 'empty' : 'none' },
    })),
    test,
  };
}

/** The first of the usual mask names that exists. */
async function maskOf(folder: string, image: string): Promise<string> {
  const stem = basename(image, extname(image));
  for (const name of [`${stem}_mask.png`, `${stem}.png`, `${stem}_mask.tif`, `${stem}.tif`]) {
    if (await exists(join(folder, name))) return join(folder, name);
  }
  throw badInput(
    `${image} has no mask: ${join(folder, `${stem}_mask.png`)} is missing`,
    'Add the mask, or remove the ground_truth folder to report image metrics only.',
  );
}

async function requireFolder(path: string, hint: string): Promise<void> {
  if (!(await isFolder(path))) throw badInput(`folder ${path} does not exist`, hint);
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function imagesIn(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => imageExtensions.has(extname(name).toLowerCase()));
  return names.sort().map((name) => join(folder, name));
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}
