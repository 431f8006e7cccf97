import { btad } from '../../../../src/sim/data/readers/btad.js';
import { dagm2007 } from '../../../../src/sim/data/readers/dagm2007.js';
import { kolektorSdd2 } from '../../../../src/sim/data/readers/kolektor-sdd2.js';
import { magneticTile } from '../../../../src/sim/data/readers/magnetic-tile.js';
import { visa } from '../../../../src/sim/data/readers/visa.js';
import type { ReaderCase } from '../../../support/reader-case.js';
import { each } from '../../../support/tiny-tree.js';

const visaCase: ReaderCase = {
  reader: visa,
  tree: {
    'split_csv/1cls.csv': {
      text: [
        'object,split,label,image,mask',
        'pcb1,test,anomaly,pcb1/Data/Images/Anomaly/000.JPG,pcb1/Data/Masks/Anomaly/000.png',
        'candle,train,normal,candle/Data/Images/Normal/0836.JPG,',
        'candle,train,normal,candle/Data/Images/Normal/0451.JPG,',
        'candle,test,normal,candle/Data/Images/Normal/0001.JPG,',
        'candle,test,anomaly,candle/Data/Images/Anomaly/000.JPG,candle/Data/Masks/Anomaly/000.png',
        'pcb1,train,normal,pcb1/Data/Images/Normal/0001.JPG,',
        'fryum,train,normal,fryum/Data/Images/Normal/0001.JPG,',
        '',
      ].join('\n'),
    },
    ...each(
      ['0836', '0451', '0001', '0777'].map((name) => `candle/Data/Images/Normal/${name}.JPG`),
      'image',
    ),
    'candle/Data/Images/Anomaly/000.JPG': 'image',
    'candle/Data/Masks/Anomaly/000.png': 'mask',
    'pcb1/Data/Images/Normal/0001.JPG': 'image',
    'pcb1/Data/Images/Anomaly/000.JPG': 'image',
    'pcb1/Data/Masks/Anomaly/000.png': 'mask',
  },
  expected: { trainGood: 3, testGood: 1, testDefective: 2, categories: ['candle', 'pcb1'], masks: 'nonzero' },
};

const btadCase: ReaderCase = {
  reader: btad,
  tree: {
    ...each(['01/train/ok/0000.bmp', '01/train/ok/0001.bmp', '02/train/ok/0000.png'], 'image'),
    ...each(['01/test/ok/0002.bmp', '01/test/ko/0000.bmp', '02/test/ok/0001.png'], 'image'),
    ...each(['02/test/ko/0002.png', '02/test/ko/0003.png'], 'image'),
    '01/ground_truth/ko/0000.png': 'mask',
    '02/ground_truth/ko/0002.png': 'mask',
    '02/ground_truth/ko/0003.bmp': 'mask',
  },
  expected: { trainGood: 3, testGood: 2, testDefective: 3, categories: ['01', '02'], masks: 'bright' },
};

const kolektorCase: ReaderCase = {
  reader: kolektorSdd2,
  tree: {
    ...each(['train/10000.png', 'train/10001.png', 'train/10001 (copy).png', 'test/20000.png'], 'image'),
    ...each(['test/20001.png', 'train/10002.png'], 'image'),
    ...each(['train/10000_GT.png', 'train/10002_GT.png', 'test/20001_GT.png'], 'empty-mask'),
    ...each(['train/10001_GT.png', 'test/20000_GT.png'], 'mask'),
  },
  expected: { trainGood: 2, testGood: 1, testDefective: 1, categories: ['ksdd2'], masks: 'bright' },
};

const magneticTileCase: ReaderCase = {
  reader: magneticTile,
  tree: {
    'README.md': { text: 'Magnetic-tile-defect-datasets' },
    ...each(
      ['1000', '1001', '1006'].map((number) => `MT_Free/Imgs/exp1_num_${number}.jpg`),
      'image',
    ),
    ...each(
      ['1000', '1001', '1006'].map((number) => `MT_Free/Imgs/exp1_num_${number}.png`),
      'empty-mask',
    ),
    'MT_Blowhole/Imgs/exp2_num_7.jpg': 'image',
    'MT_Blowhole/Imgs/exp2_num_7.png': 'mask',
    'MT_Uneven/Imgs/exp6_num_8.jpg': 'image',
    'MT_Uneven/Imgs/exp6_num_8.png': 'mask',
  },
  expected: { trainGood: 2, testGood: 1, testDefective: 2, categories: ['magnetic_tile'], masks: 'bright' },
};

const dagmCase: ReaderCase = {
  reader: dagm2007,
  tree: {
    ...each(['Class1/Train/0001.PNG', 'Class1/Train/0002.PNG', 'Class1/Train/0003.PNG'], 'image'),
    'Class1/Train/Label/Labels.txt': {
      text: '1\r\n0001\t0\t0001.PNG\t0\t0\r\n0002\t1\t0002.PNG\t0\t0002_label.PNG\r\n0003\t0\t0003.PNG\t0\t0\r\n',
    },
    'Class1/Train/Label/0002_label.PNG': 'mask',
    ...each(['Class1/Test/0001.PNG', 'Class1/Test/0002.PNG'], 'image'),
    'Class1/Test/Label/Labels.txt': {
      text: '1\n0001\t1\t0001.PNG\t0\t0001_label.PNG\n0002\t0\t0002.PNG\t0\t0\n',
    },
    'Class1/Test/Label/0001_label.PNG': 'mask',
    ...each(['Class10/Train/1150.PNG', 'Class10/Test/1151.PNG'], 'image'),
    'Class10/Train/Label/Labels.txt': { text: '1\n1150\t0\t1150.PNG\t0\t0\n' },
    'Class10/Test/Label/Labels.txt': { text: '1\n1151\t0\t1151.PNG\t0\t0\n' },
  },
  expected: {
    trainGood: 3,
    testGood: 2,
    testDefective: 1,
    categories: ['Class1', 'Class10'],
    masks: 'bright',
  },
};

/** Published industrial sets outside the MVTec layout. */
export const industrialCases: readonly ReaderCase[] = [
  visaCase,
  btadCase,
  kolektorCase,
  magneticTileCase,
  dagmCase,
];
