import { existsSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { badInput, invariant } from '../../base/errors.js';
import { pretrained, pretrainedPath, type PretrainedName } from '../backbones/pretrained.js';
import { cacheFolder } from '../cli/cache-folder.js';
import type { BackboneSettings } from '../scenario/backbone-schema.js';
import type { Scenario } from '../scenario/schema.js';
import type { BackboneSource } from '../worker/jobs.js';

/** What of a scenario says where features come from. */
type Wanted = Pick<Scenario, 'data' | 'engine'> & { readonly backbone?: BackboneSettings };

/**
 * The scenario's backbone with its file found; of drawn features, their shape.
 * @param cache where fetched weights lie
 * @throws FeddymemError (bad-input) when nobody said where the file is, or nobody has fetched it
 */
export function backboneSource(
  { data, engine, backbone }: Wanted,
  dataFolder: string | undefined,
  cache = cacheFolder(),
): BackboneSource {
  if (data.source === 'features') {
    return { name: 'none', channels: data.channels, grid: data.grid, ring: 0 };
  }
  invariant(backbone !== undefined, 'a scenario with images has no backbone');
  switch (backbone.name) {
    case 'oriented-filters':
      return backbone;
    case 'onnx': {
      const { file, ...others } = backbone;
      if (engine !== 'onnx' && engine !== 'auto') {
        throw badInput(`backbone.name: onnx does not run on engine ${engine}`, 'Use engine: onnx.');
      }
      return { ...others, path: below(dataFolder, 'backbone.file', file) };
    }
    case 'resnet18':
    case 'wide-resnet50': {
      const { weights, ...others } = backbone;
      if (weights === 'pretrained') return { ...others, ...fetched(cache, backbone.name) };
      return { ...others, path: below(dataFolder, 'backbone.weights', weights) };
    }
  }
}

function below(dataFolder: string | undefined, field: string, path: string): string {
  if (isAbsolute(path)) return path;
  if (dataFolder === undefined) {
    throw badInput(
      `${field} is ${path}, but nobody said where that is`,
      'Point --data or the environment variable FEDDYMEM_DATA to the data folder.',
    );
  }
  return join(dataFolder, path);
}

/** Weights that somebody has fetched: a run never downloads. */
function fetched(cache: string, name: PretrainedName) {
  const path = pretrainedPath(cache, name);
  const { sha256, megabytes, licence } = pretrained[name];
  if (existsSync(path)) return { path, sha256 };
  throw badInput(
    `backbone.weights: the pretrained weights of ${name} are not here (${path})`,
    `Run feddymem backbone fetch ${name}: ${megabytes} MB, licence ${licence}.`,
  );
}
