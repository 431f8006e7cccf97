import type { DrawnFeatures } from './feature-world.js';
import type { SealedLabel } from './label.js';
import type { DefectName } from './synthetic/defects/registry.js';
import type { SyntheticWorld } from './synthetic/world.js';
import type { CameraView } from './views/camera-view.js';

/** Where an image's bytes, or its patch features at once, come from; plain data, so that workers can load it. */
export type ImageLocation =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** What the client's camera makes of it; left out: nothing. */
      readonly view?: CameraView;
    }
  | {
      readonly kind: 'synthetic';
      readonly world: SyntheticWorld;
      readonly seed: number;
      readonly client: string;
      readonly split: 'train' | 'test';
      readonly index: number;
      readonly defect: DefectName | null;
      readonly size: number;
      readonly contrast: number;
    }
  | DrawnFeatures;

/**
 * `drawn`: the mask comes with the synthetic image. `empty`: a good image. `none`: the set has no masks. `files`: the
 * defect is where any of them marks it, by a value above 127 or by any but 0.
 */
export type MaskLocation =
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly marks: 'bright' | 'nonzero' }
  | { readonly kind: 'drawn' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'none' };

export interface ImageRecord {
  /** Unique within the federation: a path, or an address of the synthetic world. */
  readonly id: string;
  readonly label: SealedLabel;
  /** The data set it comes from, or `synthetic` or `features`. */
  readonly source: string;
  /** The product, texture or body part it shows. */
  readonly category: string;
  readonly location: ImageLocation;
  readonly mask: MaskLocation;
}

export interface ClientData {
  readonly id: string;
  readonly train: readonly ImageRecord[];
  readonly test: readonly ImageRecord[];
  /** All its images are drawn as patch features: there is nothing to compute beforehand and nothing to show. */
  readonly drawn?: boolean;
  /** Of clients whose images are listed whenever somebody asks: how many training images there are. */
  readonly trainCount?: number;
  /** … and how few there can be, which needs no draw. */
  readonly fewestTrain?: number;
}

/** Without listing them, where they are drawn. */
export function trainingImageCount(client: ClientData): number {
  return client.trainCount ?? client.train.length;
}
