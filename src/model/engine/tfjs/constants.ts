import { tensor } from '@tensorflow/tfjs-core';
import { invariant } from '../../../base/errors.js';
import { sameShape } from '../shapes.js';
import { block, type TfValue } from './block.js';

/**
 * The constants of one definition. A definition asks for the same ones in the same order at every run, so they go to
 * the device once: weights in the layout their kernel wants, and packed by it.
 */
export interface Constants {
  /** Starts a run. */
  rewind(): void;
  /** The next constant; `data` is called for at the first run only. */
  next(shape: readonly number[], data: () => Float32Array): TfValue;
  dispose(): void;
}

export function createConstants(): Constants {
  const kept: TfValue[] = [];
  let position = 0;
  return {
    rewind: () => void (position = 0),
    next(shape, data) {
      const known = kept.at(position++);
      if (!known) {
        const fresh = block(tensor(data(), [...shape]), { kept: true });
        kept.push(fresh);
        return fresh;
      }
      invariant(sameShape(known.shape, shape), `constant ${position} of a definition changed its shape`);
      return known;
    },
    dispose() {
      for (const value of kept) value.dispose();
      kept.length = 0;
    },
  };
}
