import { br35h } from '../../../../src/sim/data/readers/br35h.js';
import { bratsSlices } from '../../../../src/sim/data/readers/brats-slices.js';
import { chestXRay } from '../../../../src/sim/data/readers/chest-x-ray.js';
import { headCt } from '../../../../src/sim/data/readers/head-ct.js';
import { oct2017 } from '../../../../src/sim/data/readers/oct2017.js';
import type { ReaderCase } from '../../../support/reader-case.js';
import { each } from '../../../support/tiny-tree.js';

const headCtCase: ReaderCase = {
  reader: headCt,
  tree: {
    'labels.csv': { text: 'id, hemorrhage\n0,1\n1,1\n2,0\n3,0\n11,0\n' },
    ...each(
      ['000', '001', '002', '003', '011'].map((slice) => `head_ct/head_ct/${slice}.png`),
      'image',
    ),
  },
  expected: { trainGood: 2, testGood: 1, testDefective: 2, categories: ['head_ct'], masks: 'none' },
};

const br35hCase: ReaderCase = {
  reader: br35h,
  tree: {
    ...each(
      [0, 1, 2, 3, 5].map((slice) => `no/no${slice}.jpg`),
      'image',
    ),
    ...each(['yes/y0.jpg', 'yes/y1.jpg', 'pred/pred0.jpg', 'Br35H-Mask-RCNN/TRAIN/y0.jpg'], 'image'),
  },
  expected: { trainGood: 4, testGood: 1, testDefective: 2, categories: ['br35h'], masks: 'none' },
};

const bratsCase: ReaderCase = {
  reader: bratsSlices,
  tree: {
    ...each(['train/good/00003_60.png', 'train/good/00003_61.png', 'valid/good/img/00025_99.png'], 'image'),
    ...each(['valid/Ungood/img/00124_60.png', 'test/good/img/00000_96.png'], 'image'),
    ...each(['test/Ungood/img/00002_60.png', 'test/Ungood/img/00002_68.png'], 'image'),
    ...each(['valid/good/label/00025_99.png', 'test/good/label/00000_96.png'], 'empty-mask'),
    ...each(['valid/Ungood/label/00124_60.png', 'test/Ungood/label/00002_60.png'], 'mask'),
    'test/Ungood/label/00002_68.png': 'mask',
  },
  expected: { trainGood: 2, testGood: 1, testDefective: 2, categories: ['brats'], masks: 'nonzero' },
};

const chestXRayCase: ReaderCase = {
  reader: chestXRay,
  tree: {
    ...each(['train/NORMAL/IM-0115-0001.jpeg', 'train/NORMAL/IM-0117-0001.jpeg'], 'image'),
    ...each(['train/PNEUMONIA/person1_bacteria_1.jpeg', 'val/NORMAL/NORMAL2-IM-1427-0001.jpeg'], 'image'),
    ...each(['val/PNEUMONIA/person1946_bacteria_4874.jpeg', 'test/NORMAL/IM-0001-0001.jpeg'], 'image'),
    ...each(['test/PNEUMONIA/person100_bacteria_475.jpeg', 'test/PNEUMONIA/person1_virus_6.jpeg'], 'image'),
  },
  expected: { trainGood: 2, testGood: 1, testDefective: 2, categories: ['chest_xray'], masks: 'none' },
};

const octCase: ReaderCase = {
  reader: oct2017,
  tree: each(
    ['train', 'val', 'test'].flatMap((split) =>
      ['NORMAL', 'CNV', 'DME', 'DRUSEN'].map((name) => `${split}/${name}/${name}-1016042-1.jpeg`),
    ),
    'image',
  ),
  expected: { trainGood: 1, testGood: 1, testDefective: 3, categories: ['oct2017'], masks: 'none' },
};

/** Published medical sets. */
export const medicalCases: readonly ReaderCase[] = [headCtCase, br35hCase, bratsCase, chestXRayCase, octCase];
