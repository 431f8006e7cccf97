import { join } from 'node:path';
import { badInput } from '../../../base/errors.js';
import type { DatasetFolder } from './dataset-folder.js';
import { layoutRoot, missing, within } from './layout-root.js';
import { byPath, stemOf } from './paths.js';
import type { DatasetReader, SetImage } from './reader.js';

const textures = Array.from({ length: 10 }, (_, at) => `Class${at + 1}`);

/**
 * The ten synthetic textures of the DAGM 2007 competition. Train's defective images, meant for learning with
 * labels, are left out, and so are textures whose folders are absent.
 */
export const dagm2007: DatasetReader = {
  name: 'dagm2007',
  facts: {
    title: 'DAGM 2007 (weakly supervised learning for industrial optical inspection)',
    page: 'https://www.kaggle.com/datasets/mhskjelvareid/dagm-2007-competition-dataset-optical-inspection',
    licence: 'see the page',
    size: '16,100 images of 10 synthetic textures, 2,100 of them defective',
    citation:
      'M. Wieler, T. Hahn: Weakly Supervised Learning for Industrial Optical Inspection. DAGM Symposium 2007.',
    folder: 'dagm2007',
    categories: textures,
  },
  layout: [
    '<Class1 … Class10>/Train/<number>.PNG',
    '<Class1 … Class10>/Train/Label/Labels.txt',
    '<Class1 … Class10>/Test/<number>.PNG',
    '<Class1 … Class10>/Test/Label/Labels.txt',
    '<Class1 … Class10>/Test/Label/<number>_label.PNG',
  ].join('\n'),

  recognises: async (folder) => (await rootOf(folder)) !== null,

  async read(folder) {
    const root = await rootOf(folder);
    if (root === null) throw missing(dagm2007, folder, 'Class1/Train');
    const present = new Set(await folder.folders(root));
    const images: SetImage[] = [];
    for (const texture of textures.filter((name) => present.has(name))) {
      images.push(...(await splitImages(folder, root, texture, 'train')).filter(({ label }) => label === 0));
      images.push(...(await splitImages(folder, root, texture, 'test')));
    }
    return images.sort(byPath);
  },
};

function rootOf(folder: DatasetFolder): Promise<string | null> {
  return layoutRoot(folder, /^dagm/i, async (at) => {
    for (const name of await folder.folders(at)) {
      if (!textures.includes(name)) continue;
      if ((await folder.folders(within(at, name))).includes('Train')) return true;
    }
    return false;
  });
}

async function splitImages(
  folder: DatasetFolder,
  root: string,
  texture: string,
  split: SetImage['split'],
): Promise<readonly SetImage[]> {
  const at = within(root, texture, split === 'train' ? 'Train' : 'Test');
  const names = await folder.images(at);
  if (names.length === 0) throw missing(dagm2007, folder, within(at, '<number>.PNG'));
  const list = within(at, 'Label/Labels.txt');
  if (!(await folder.has(list))) throw missing(dagm2007, folder, list, 'it says which images are defective');
  const source = join(folder.root, list);
  const defective = labelsOf(await folder.bytes(list), source);
  const masks = new Map((await folder.images(within(at, 'Label'))).map((name) => [stemOf(name), name]));
  return names.map((name): SetImage => {
    const stem = stemOf(name);
    const path = within(at, name);
    const label = defective.get(stem);
    if (label === undefined)
      throw badInput(`${source} has no line for ${name}`, 'Restore the published file.');
    if (!label) return { path, split, label: 0, category: texture, kind: 'good', mask: { kind: 'empty' } };
    const mask = masks.get(`${stem}_label`);
    if (mask === undefined) {
      throw missing(dagm2007, folder, within(at, `Label/${stem}_label.PNG`), `the mask of ${path}`);
    }
    return {
      path,
      split,
      label: 1,
      category: texture,
      kind: 'defect',
      mask: { kind: 'files', paths: [within(at, 'Label', mask)], marks: 'bright' },
    };
  });
}

/** Lines are number, 0 or 1, image, 0, mask or 0; a line with less is the file's header. */
function labelsOf(bytes: Uint8Array, source: string): ReadonlyMap<string, boolean> {
  const labels = new Map<string, boolean>();
  for (const line of new TextDecoder().decode(bytes).split(/\r?\n/)) {
    const [, flag, image] = line.trim().split(/\s+/);
    if (image === undefined) continue;
    if (flag !== '0' && flag !== '1') {
      throw badInput(
        `${source}: ${image} has the label ${flag}`,
        'A label is 0 or 1; restore the published file.',
      );
    }
    labels.set(stemOf(image), flag === '1');
  }
  return labels;
}
