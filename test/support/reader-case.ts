import type { DatasetReader } from '../../src/sim/data/readers/reader.js';
import type { TinyFile } from './tiny-tree.js';

/** One published layout in small, and what its reader must make of it: a row of the readers' conformance tests. */
export interface ReaderCase {
  readonly reader: DatasetReader;
  readonly tree: Readonly<Record<string, TinyFile>>;
  readonly expected: {
    readonly trainGood: number;
    readonly testGood: number;
    readonly testDefective: number;
    /** In code-unit order. */
    readonly categories: readonly string[];
    /** What masks defective test images have; good ones have `empty` ones or `none`. */
    readonly masks: 'none' | 'bright' | 'nonzero';
  };
  /** Other readers that may recognise the tree too, such as `mvtec` for a set in its layout that comes before it. */
  readonly alsoRecognisedBy?: readonly string[];
}
