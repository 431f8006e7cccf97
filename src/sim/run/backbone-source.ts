import { isAbsolute, join } from 'node:path';
import { badInput, invariant } from '../../base/errors.js';
import type { Scenario } from '../scenario/schema.js';
import type { BackboneSource } from '../worker/jobs.js';

/** The scenario's backbone with its weights found; of drawn features, their shape. */
export function backboneSource({ data, backbone }: Scenario, dataFolder: string | undefined): BackboneSource {
  if (data.source === 'features') {
    return { name: 'none', channels: data.channels, grid: data.grid, ring: 0 };
  }
  invariant(backbone !== undefined, 'a scenario with images has no backbone');
  if (backbone.name === 'oriented-filters') return backbone;
  const { weights, ...others } = backbone;
  if (isAbsolute(weights)) return { ...others, path: weights };
  if (dataFolder === undefined) {
    throw badInput(
      `backbone.weights is ${weights}, but nobody said where that is`,
      'Point --data or the environment variable FEDDYMEM_DATA to the data folder.',
    );
  }
  return { ...others, path: join(dataFolder, weights) };
}
