import { mvtecCategories, mvtecLayout, readMvtecLayout } from './mvtec-layout.js';
import type { DatasetFacts, DatasetReader } from './reader.js';

/** MVTec AD: objects and textures of industrial inspection. */
export const mvtecAd = published('mvtec-ad', {
  title: 'MVTec AD',
  page: 'https://www.mvtec.com/company/research/datasets/mvtec-ad',
  licence: 'CC BY-NC-SA 4.0',
  size: '5,354 images (3,629 for training), 4.9 GB',
  citation:
    'P. Bergmann, K. Batzner, M. Fauser, D. Sattlegger, C. Steger: The MVTec Anomaly Detection Dataset: A Comprehensive Real-World Dataset for Unsupervised Anomaly Detection. International Journal of Computer Vision 129, 2021.',
  folder: 'mvtec_ad',
  categories: [
    ...['bottle', 'cable', 'capsule', 'carpet', 'grid', 'hazelnut', 'leather', 'metal_nut'],
    ...['pill', 'screw', 'tile', 'toothbrush', 'transistor', 'wood', 'zipper'],
  ],
});

/** MPDD: painted metal parts in changing positions. */
export const mpdd = published('mpdd', {
  title: 'Metal Parts Defect Detection Dataset (MPDD)',
  page: 'https://github.com/stepanje/MPDD',
  licence: 'none stated on its page',
  size: '1,346 images (888 for training); download: see the page',
  citation:
    'S. Jezek, M. Jonak, R. Burget, P. Dvorak, M. Skotak: Deep learning-based defect detection of metal parts: evaluating current methods in complex conditions. ICUMT 2021.',
  folder: 'mpdd',
  categories: ['bracket_black', 'bracket_brown', 'bracket_white', 'connector', 'metal_plate', 'tubes'],
});

/** DTD-Synthetic: textures of the Describable Textures Dataset with defects painted in. */
export const dtdSynthetic = published('dtd-synthetic', {
  title: 'DTD-Synthetic',
  page: 'https://drive.google.com/drive/folders/10OyPzvI3H6llCZBxKxFlKWt1Pw1tkMK1',
  licence: 'none stated; made from the Describable Textures Dataset, which is for research',
  size: '12 textures; download: see the page',
  citation:
    'T. Aota, L. T. T. Tong, T. Okatani: Zero-shot versus Many-shot: Unsupervised Texture Anomaly Detection. WACV 2023.',
  folder: 'dtd_synthetic',
  categories: [
    ...['Blotchy_099', 'Fibrous_183', 'Marbled_078', 'Matted_069', 'Mesh_114', 'Perforated_037'],
    ...['Stratified_154', 'Woven_001', 'Woven_068', 'Woven_104', 'Woven_125', 'Woven_127'],
  ],
});

/** Anybody's images in the same layout. */
export const mvtec: DatasetReader = {
  name: 'mvtec',
  facts: null,
  layout: mvtecLayout,
  recognises: async (folder) => (await mvtecCategories(folder)).length > 0,
  read: readMvtecLayout,
};

/** A published set in the layout: known by its categories' names, any number of which may be there. */
function published(name: string, facts: DatasetFacts): DatasetReader {
  return {
    name,
    facts,
    layout: mvtecLayout.replaceAll('[<category>/]', '<category>/'),
    async recognises(folder) {
      const categories = await mvtecCategories(folder);
      // A root that is one category by itself may be anybody's: many have bottles.
      const several = categories.length > 0 && categories[0].start !== '';
      return several && categories.every((category) => facts.categories.includes(category.name));
    },
    read: readMvtecLayout,
  };
}
