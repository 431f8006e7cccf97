import { resolve } from 'node:path';
import type { ModulePath } from '../../src/model/own-part.js';
import { pinParts, type PinnedParts } from '../../src/sim/worker/own-modules.js';

/** The examples of docs/own-modules.md, loaded. */
export function exampleParts(): Promise<PinnedParts> {
  return pinParts({
    loss: resolve('examples/cosine-loss.mjs') as ModulePath,
    generator: resolve('examples/low-rank-generator.mjs') as ModulePath,
  });
}
