import type { DrawnFeatures } from './feature-world.js';
import type { DefectName } from './synthetic/defects/registry.js';
import type { SyntheticWorld } from './synthetic/world.js';

/** Where an image's bytes, or its patch features at once, come from; plain data, so that workers can load it. */
export type ImageLocation =
  | { readonly kind: 'file'; readonly path: string }
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

/** `drawn`: the mask comes with the synthetic image. `empty`: a good image. `none`: the set has no masks. */
export type MaskLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'drawn' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'none' };

export interface ImageRecord {
  /** Unique within the federation: a path, or an address of the synthetic world. */
  readonly id: string;
  /** 0 normal, 1 defective. */
  readonly label: 0 | 1;
  readonly location: ImageLocation;
  readonly mask: MaskLocation;
}

export interface ClientData {
  readonly id: string;
  readonly train: readonly ImageRecord[];
  readonly test: readonly ImageRecord[];
  /** All its images are drawn as patch features: there is nothing to compute beforehand and nothing to show. */
  readonly drawn?: boolean;
}
