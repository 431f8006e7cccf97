import { readFile } from 'node:fs/promises';
import { badInput, invariant, messageOf } from '../../base/errors.js';
import { sha256 } from '../../base/hash.js';
import type { Backbone } from '../../model/backbone/backbone.js';
import type { OnnxRuntime } from '../../model/backbone/onnx-backbone.js';
import { orientedFilters } from '../../model/backbone/oriented-filters.js';
import { resnet } from '../../model/backbone/resnet.js';
import { resnet18, wideResnet50 } from '../../model/backbone/resnet-structure.js';
import type { BackboneSource, ResNetSource } from '../worker/jobs.js';

/**
 * The backbone that a source describes; who opens a foreign one disposes of it.
 * @throws FeddymemError (bad-input) when its file is missing, damaged or another network's
 */
export async function openBackbone(source: BackboneSource, runtime?: OnnxRuntime): Promise<Backbone> {
  switch (source.name) {
    case 'none':
      return noBackbone(source);
    case 'oriented-filters':
      return orientedFilters(source.size);
    case 'resnet18':
    case 'wide-resnet50':
      return openResnet(source);
    case 'onnx': {
      const bytes = await readBytes('backbone.file', source.path);
      // Other engines do without onnxruntime.
      const { onnxBackbone } = await import('../../model/backbone/onnx-backbone.js');
      return onnxBackbone({ path: source.path, bytes }, source, runtime);
    }
  }
}

/** The shape of drawn features, for there is no network that makes them. */
function noBackbone({ channels, grid }: Extract<BackboneSource, { name: 'none' }>): Backbone {
  return {
    name: 'none',
    key: 'none',
    inputSize: grid,
    mapShapes: [{ channels, height: grid, width: grid }],
    maps() {
      invariant(false, 'drawn features have no backbone');
    },
  };
}

async function openResnet(source: ResNetSource): Promise<Backbone> {
  const { name, path } = source;
  const bytes = await readBytes('backbone.weights', path);
  if (source.sha256 !== undefined && sha256(bytes) !== source.sha256) {
    throw badInput(`${path} is damaged: it is not what was fetched`, `Run feddymem backbone fetch ${name}.`);
  }
  return resnet(name === 'resnet18' ? resnet18 : wideResnet50, { path, bytes }, source);
}

async function readBytes(field: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw badInput(
      `${field}: ${path} can't be read: ${messageOf(error)}`,
      'Point --data or FEDDYMEM_DATA to the folder that holds the file.',
      error,
    );
  }
}
