import { readFile } from 'node:fs/promises';
import { badInput, invariant, messageOf, runFailed } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import type { Matrix } from '../../base/tensor.js';
import { mapNumbers, patchFeatures, type Backbone } from '../../model/backbone/backbone.js';
import { orientedFilters } from '../../model/backbone/oriented-filters.js';
import { resnet18 } from '../../model/backbone/resnet18.js';
import type { Engine } from '../../model/engine/engine.js';
import { createEngine } from '../../model/engine/registry.js';
import { drawFeatures } from '../data/feature-world.js';
import { readFeatures } from './feature-cache.js';
import type { BackboneSource, Environment, PatchSource } from './jobs.js';

/** What a worker keeps between jobs: an engine and a backbone. */
export interface Workbench {
  readonly engine: Engine;
  readonly backbone: Backbone;
  readonly ring: number;
  readonly cacheFolder: string;
}

/** @param beforeRun called before every computation of the engine: what it throws ends the job */
export async function openWorkbench(environment: Environment, beforeRun?: () => void): Promise<Workbench> {
  const { backbone: source, cacheFolder } = environment;
  const [engine, backbone] = await Promise.all([
    createEngine(environment.engine, beforeRun, environment.provider),
    loadBackbone(source),
  ]);
  return { engine, backbone, ring: source.ring, cacheFolder };
}

export async function loadBackbone(source: BackboneSource): Promise<Backbone> {
  if (source.name === 'none') return noBackbone(source);
  const backbone = source.name === 'resnet18' ? await loadResnet18(source) : orientedFilters(source.size);
  const [{ height, width }] = backbone.mapShapes;
  if (2 * source.ring >= Math.min(height, width)) {
    throw badInput(
      `backbone.ring: ${source.ring} rings leave nothing of a ${height}×${width} grid`,
      `Use at most ${Math.ceil(Math.min(height, width) / 2) - 1}.`,
    );
  }
  return backbone;
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

async function loadResnet18(source: Extract<BackboneSource, { name: 'resnet18' }>): Promise<Backbone> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(source.path);
  } catch (error) {
    throw badInput(
      `backbone.weights: ${source.path} can't be read: ${messageOf(error)}`,
      'Point --data or FEDDYMEM_DATA to the folder that holds the weights.',
      error,
    );
  }
  return resnet18(bytes, source.path, source.size);
}

/** Patch features of an image, [patches × channels]. */
export async function patchesOf(bench: Workbench, source: PatchSource): Promise<Matrix> {
  return source.kind === 'drawn' ? drawFeatures(source) : cachedPatches(bench, source.key);
}

async function cachedPatches(bench: Workbench, key: ContentHash): Promise<Matrix> {
  const maps = await readFeatures(bench.cacheFolder, key, mapNumbers(bench.backbone));
  if (!maps) {
    throw runFailed(
      `features ${key.slice(0, 12)}… were lost from ${bench.cacheFolder} during the run`,
      'Start again: missing and damaged entries are recomputed at the start.',
    );
  }
  return patchFeatures(bench.engine, bench.backbone, maps, bench.ring);
}
