import type { DatasetFolder } from './dataset-folder.js';

/** One way of laying out a data set's files: how to know it, how to read it, and where the set comes from. */
export interface DatasetReader {
  /** As in `layout:` of a scenario. */
  readonly name: string;
  /** Of a published set; null for a layout that anybody's images may have. */
  readonly facts: DatasetFacts | null;
  /** The folder tree, one line a path, for errors and `feddymem data info`. */
  readonly layout: string;
  /** Whether the folder is laid out like this; looks at a few names only. */
  recognises(folder: DatasetFolder): Promise<boolean>;
  /**
   * All images in the order of their paths.
   * @throws FeddymemError (bad-input) naming what is missing
   */
  read(folder: DatasetFolder): Promise<readonly SetImage[]>;
}

/** What somebody who lacks a set needs to know. */
export interface DatasetFacts {
  readonly title: string;
  /** Where it is offered. */
  readonly page: string;
  readonly licence: string;
  /** Of the download and of what it holds, in words. */
  readonly size: string;
  readonly citation: string;
  /** The folder under the data folder in which our scenarios look for it. */
  readonly folder: string;
  /** Products, textures or body parts; a set of one has its own name here. */
  readonly categories: readonly string[];
}

/** An image of a set. Paths start at the set's folder and are written with `/`. */
export interface SetImage {
  readonly path: string;
  readonly split: 'train' | 'test';
  /** 0 normal, 1 defective. Training images of a published set that show defects are left out, or are test images. */
  readonly label: 0 | 1;
  readonly category: string;
  /** `good`, or the kind of defect. */
  readonly kind: string;
  readonly mask: SetMask;
}

/**
 * `none`: the set has no masks. `empty`: a good image of a set that has. `files`: the defect is where any file marks
 * it: `bright` values above 127, or any `nonzero` value where a set writes the kinds of defects as small numbers.
 */
export type SetMask =
  | { readonly kind: 'none' }
  | { readonly kind: 'empty' }
  | { readonly kind: 'files'; readonly paths: readonly string[]; readonly marks: 'bright' | 'nonzero' };
