import { stat } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { badInput } from '../../base/errors.js';

/** Where the heat map of each image goes: a file named after it; names that clash are numbered. */
export function heatMapPaths(folder: string, images: readonly string[]): string[] {
  // Some disks take names that differ in case alone for one.
  const taken = new Set<string>();
  return images.map((image) => {
    const stem = basename(image, extname(image));
    let name = `${stem}.png`;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${stem}-${number}.png`;
    taken.add(name.toLowerCase());
    return join(folder, name);
  });
}

/** @throws FeddymemError (bad-input) where a heat map would be written over an image, by whatever path */
export async function refuseOverwriting(images: readonly string[], maps: readonly string[]): Promise<void> {
  const imageOf = new Map<string, string>();
  for (const image of images) {
    const file = await fileAt(image);
    if (file !== null) imageOf.set(file, image);
  }
  for (const map of maps) {
    const file = await fileAt(map);
    const image = file === null ? undefined : imageOf.get(file);
    if (image === undefined) continue;
    throw badInput(
      `the heat map ${map} would replace the image ${image}`,
      'Choose another folder with --out.',
    );
  }
}

/** The file itself, which many paths and links may name; null where there is none. */
async function fileAt(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );
}
