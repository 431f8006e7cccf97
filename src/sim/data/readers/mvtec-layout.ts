import { join } from 'node:path';
import { badInput } from '../../../base/errors.js';
import { categoriesWith, type CategoryFolder } from './categories.js';
import type { DatasetFolder } from './dataset-folder.js';
import { byPath, stemOf } from './paths.js';
import type { SetImage, SetMask } from './reader.js';

export const mvtecLayout = [
  '[<category>/]train/good/<image>',
  '[<category>/]test/good/<image>',
  '[<category>/]test/<defect>/<image>',
  '[<category>/]ground_truth/<defect>/<stem>_mask.png, where there are masks',
].join('\n');

const layoutHint =
  'The MVTec layout is train/good, test/good, test/<defect> and, where there are masks, ground_truth/<defect>/<name>_mask.png.';

/** Categories of a folder in this layout; none when it is laid out otherwise. */
export async function mvtecCategories(folder: DatasetFolder): Promise<readonly CategoryFolder[]> {
  const categories = await categoriesWith(folder, 'train/good');
  if (categories.length === 0) return [];
  // Relatives of this layout (rgb beside depth, several masks an image) have folders where this one has images.
  const { start } = categories[0];
  const depths = [`${start}train/good`, `${start}test/good`];
  for (const kind of await folder.folders(`${start}ground_truth`))
    depths.push(`${start}ground_truth/${kind}`);
  for (const path of depths) if ((await folder.folders(path)).length > 0) return [];
  return categories;
}

/**
 * Reads train/good, test and, where there is one, ground_truth of every category. Other folders, such as
 * validation, are left out.
 * @throws FeddymemError (bad-input) on missing folders, no normal training images, or a missing mask
 */
export async function readMvtecLayout(folder: DatasetFolder): Promise<readonly SetImage[]> {
  const categories = await categoriesWith(folder, 'train/good');
  if (categories.length === 0) {
    throw badInput(`folder ${join(folder.root, 'train', 'good')} does not exist`, layoutHint);
  }
  const images: SetImage[] = [];
  for (const category of categories) images.push(...(await readCategory(folder, category)));
  return images.sort(byPath);
}

async function readCategory(
  folder: DatasetFolder,
  { name: category, start }: CategoryFolder,
): Promise<SetImage[]> {
  const hasMasks = await folder.has(`${start}ground_truth`);
  const goodMask: SetMask = { kind: hasMasks ? 'empty' : 'none' };
  const images: SetImage[] = (await folder.images(`${start}train/good`)).map((name) => ({
    path: `${start}train/good/${name}`,
    split: 'train',
    label: 0,
    category,
    kind: 'good',
    mask: goodMask,
  }));
  if (images.length === 0) {
    throw badInput(
      `${join(folder.root, start, 'train', 'good')} holds no images`,
      'Training needs normal images there (png, jpg, …).',
    );
  }
  if (!(await folder.has(`${start}test`))) {
    throw badInput(`folder ${join(folder.root, start, 'test')} does not exist`, layoutHint);
  }
  for (const kind of await folder.folders(`${start}test`)) {
    for (const name of await folder.images(`${start}test/${kind}`)) {
      const good = kind === 'good';
      const mask = good || !hasMasks ? goodMask : await maskOf(folder, start, kind, name);
      images.push({
        path: `${start}test/${kind}/${name}`,
        split: 'test',
        label: good ? 0 : 1,
        category,
        kind,
        mask,
      });
    }
  }
  return images;
}

/** The first of the usual mask names that exists. */
async function maskOf(folder: DatasetFolder, start: string, kind: string, image: string): Promise<SetMask> {
  const at = `${start}ground_truth/${kind}`;
  const stem = stemOf(image);
  const present = await folder.images(at);
  const name = maskNames(stem).find((candidate) => present.includes(candidate));
  if (name !== undefined) return { kind: 'files', paths: [`${at}/${name}`], marks: 'bright' };
  throw badInput(
    `${join(folder.root, start, 'test', kind, image)} has no mask: ${join(folder.root, at, `${stem}_mask.png`)} is missing`,
    'Add the mask, or remove the ground_truth folder to report image metrics only.',
  );
}

function maskNames(stem: string): string[] {
  return ['png', 'tif', 'tiff', 'bmp'].flatMap((type) => [`${stem}_mask.${type}`, `${stem}.${type}`]);
}
