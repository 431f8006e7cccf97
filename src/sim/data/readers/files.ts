import { basename, join, posix } from 'node:path';
import { badInput } from '../../../base/errors.js';
import type { DatasetFolder } from './dataset-folder.js';
import { kindsOf, type Chosen } from './files-kinds.js';
import type { FilesSettings } from './files-settings.js';
import { allImages, matching } from './globs.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage, SetMask } from './reader.js';

export { filesSchema, type FilesSettings } from './files-settings.js';

/**
 * A reader for images laid out in any way. Training images are normal; those that the table of labels calls
 * defective are left out.
 */
export function filesReader(settings: FilesSettings): DatasetReader {
  return {
    name: 'files',
    facts: null,
    layout: 'any, described by files in the scenario',
    recognises: () => Promise.resolve(false),
    read: (folder) => readFiles(folder, settings),
  };
}

async function readFiles(folder: DatasetFolder, settings: FilesSettings): Promise<readonly SetImage[]> {
  const chosen = chosenImages(folder.root, await allImages(folder), settings);
  const kindOf = await kindsOf(folder, settings, chosen);
  const images: SetImage[] = [];
  for (const split of ['train', 'test'] as const) {
    for (const path of chosen[split]) {
      const kind = kindOf(path, split);
      if (split === 'train' && kind !== 'good') continue;
      images.push({
        path,
        split,
        label: kind === 'good' ? 0 : 1,
        category: categoryOf(folder.root, path, settings.category),
        kind,
        mask: await maskOf(folder, settings, path, kind),
      });
    }
  }
  return images.sort(byPath);
}

/** What the globs match; test images are those of good and defective where no glob says more. */
function chosenImages(root: string, paths: readonly string[], settings: FilesSettings): Chosen {
  const match = (field: 'train' | 'test' | 'good' | 'defective') => {
    const globs = settings[field];
    return globs === undefined ? undefined : matching(paths, globs, { field: `files.${field}`, root });
  };
  const train = match('train') ?? [];
  const good = match('good');
  const defective = match('defective');
  const test = match('test') ?? [...new Set([...(good ?? []), ...(defective ?? [])])];
  const training = new Set(train);
  const twice = test.find((path) => training.has(path));
  if (twice !== undefined) {
    throw badInput(
      `${join(root, twice)} is a training and a test image`,
      'Narrow the globs, or take images out by one that starts with !.',
    );
  }
  return { train, test, good: good && new Set(good), defective: defective && new Set(defective) };
}

function categoryOf(root: string, path: string, category: string | undefined): string {
  if (category !== 'folder') return category ?? basename(root);
  const [first, ...rest] = path.split('/');
  return rest.length > 0 ? first : basename(root);
}

async function maskOf(
  folder: DatasetFolder,
  { masks, marks }: FilesSettings,
  image: string,
  kind: string,
): Promise<SetMask> {
  if (masks === undefined) return { kind: 'none' };
  if (kind === 'good') return { kind: 'empty' };
  const path = maskPath(masks, image);
  if (await folder.has(path)) return { kind: 'files', paths: [path], marks };
  throw badInput(
    `${join(folder.root, image)} has no mask: ${join(folder.root, path)} is missing`,
    `Add the mask, correct files.masks (${masks}), or leave it out to report image metrics only.`,
  );
}

function maskPath(pattern: string, image: string): string {
  const name = posix.basename(image);
  const parts: Readonly<Record<string, string>> = {
    stem: stemOf(name),
    name,
    // A dot at the root, so that {folder}/.. is no absolute path.
    folder: posix.dirname(image),
    relative: image,
  };
  return posix.normalize(pattern.replaceAll(/\{(\w+)\}/g, (text, part: string) => parts[part] ?? text));
}
