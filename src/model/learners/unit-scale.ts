import type { NetworkConstant } from './network.js';

/**
 * One factor for all clients that gives patches a root mean square of 1 over the federation. Spaces of small variance
 * (`minor`) would otherwise leave a network with next to nothing at its input.
 */
export const unitScale: NetworkConstant = {
  length: () => 1,
  measure: (ops, _parameters, patches) => ops.mean(ops.square(patches), [1], true),
  products: () => 0,
  fromMean: ([square]) => Float32Array.of(square > 0 ? 1 / Math.sqrt(square) : 1),
};
