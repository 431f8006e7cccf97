import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { badInput, type FeddymemError } from '../../../base/errors.js';
import type { ImageRecord, MaskLocation } from '../image.js';
import { sealLabel } from '../label.js';
import { datasetFolder, type DatasetFolder } from './dataset-folder.js';
import { filesReader, type FilesSettings } from './files.js';
import type { DatasetReader, SetImage, SetMask } from './reader.js';
import { datasetReaders, readerNamed, readerOf } from './registry.js';

/** A data set as clients get it; lists are in the order of their paths. */
export interface ImageSet {
  readonly name: string;
  /** Normal ones alone. */
  readonly train: readonly ImageRecord[];
  readonly test: readonly ImageRecord[];
}

export interface FindSetOptions {
  /** What image ids start with, and their source. */
  readonly name: string;
  /** A reader's name; left out: the first that recognises the folder. */
  readonly layout?: string;
  /** Where the images are, in a layout of one's own. */
  readonly files?: FilesSettings;
  /** Left out: all. */
  readonly categories?: readonly string[];
}

/**
 * @param root the set's folder, absolute
 * @throws FeddymemError (bad-input) when the folder is missing (with where to get a published set), nothing recognises
 * it, a category does not exist, or no training image is left
 */
export async function readDataset(root: string, options: FindSetOptions): Promise<ImageSet> {
  const { name, layout, files, categories } = options;
  if (!(await isFolder(root))) throw missing(root, layout);
  const folder = datasetFolder(root);
  const reader = await chooseReader(folder, layout, files);
  const all = await reader.read(folder);
  const images = categories ? ofCategories(all, categories, root) : all;
  const train = images.filter(({ split, label }) => split === 'train' && label === 0);
  if (train.length === 0) {
    throw badInput(
      `${root} has no normal training images`,
      `It was read as ${reader.name}, whose layout is ${oneLine(reader.layout)}.`,
    );
  }
  const test = images.filter(({ split }) => split === 'test');
  const record = (image: SetImage) => recordOf(image, root, name);
  return { name, train: train.map(record), test: test.map(record) };
}

async function chooseReader(
  folder: DatasetFolder,
  layout: string | undefined,
  files: FilesSettings | undefined,
): Promise<DatasetReader> {
  if (files) {
    if (layout === undefined || layout === 'files') return filesReader(files);
    throw badInput(`layout is ${layout}, but files says where the images are`, 'Leave one of them out.');
  }
  if (layout === 'files') {
    throw badInput('layout is files, but files is missing', 'Say under files where the images are.');
  }
  const reader = layout === undefined ? await readerOf(folder) : readerNamed(layout);
  if (reader) return reader;
  const known = datasetReaders.map((each) => `${each.name}: ${oneLine(each.layout)}`);
  throw badInput(
    `${folder.root} is laid out like no known data set`,
    `Known layouts are\n  ${known.join('\n  ')}\nFor any other, say under files where the images are.`,
  );
}

function ofCategories(images: readonly SetImage[], wanted: readonly string[], root: string): SetImage[] {
  const present = [...new Set(images.map(({ category }) => category))].sort();
  const unknown = wanted.filter((category) => !present.includes(category));
  if (unknown.length === 0) return images.filter(({ category }) => wanted.includes(category));
  throw badInput(
    `${root} has no ${unknown.length === 1 ? 'category' : 'categories'} ${unknown.join(', ')}`,
    `Its categories are ${present.join(', ')}.`,
  );
}

function missing(root: string, layout: string | undefined): FeddymemError {
  const published = datasetReaders.find(({ name, facts }) =>
    layout === undefined ? facts && [facts.folder, name].includes(basename(root)) : name === layout,
  );
  const message = `folder ${root} does not exist`;
  if (!published?.facts) {
    return badInput(message, 'Check the set’s name, and data.folder or --data / FEDDYMEM_DATA.');
  }
  const { title, page, licence, size } = published.facts;
  return badInput(
    message,
    `It is to hold ${title}: get it from ${page} (licence: ${licence}; ${size}) and unpack it into ${root}, so that there is ${join(basename(root), published.layout.split('\n')[0])}.`,
  );
}

function recordOf({ path, label, category, mask }: SetImage, root: string, name: string): ImageRecord {
  return {
    id: `${name}/${path}`,
    label: sealLabel(label),
    source: name,
    category,
    location: { kind: 'file', path: join(root, path) },
    mask: maskIn(root, mask),
  };
}

function maskIn(root: string, mask: SetMask): MaskLocation {
  return mask.kind === 'files' ? { ...mask, paths: mask.paths.map((path) => join(root, path)) } : mask;
}

function oneLine(layout: string): string {
  return layout.split('\n').join('; ');
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isDirectory(),
    () => false,
  );
}
