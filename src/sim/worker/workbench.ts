import { badInput, runFailed } from '../../base/errors.js';
import type { ContentHash } from '../../base/hash.js';
import type { Matrix } from '../../base/tensor.js';
import { isForeign, mapNumbers, patchFeatures } from '../../model/backbone/backbone.js';
import type { Backbone, BackboneDescription } from '../../model/backbone/backbone.js';
import type { OnnxRuntime } from '../../model/backbone/onnx-backbone.js';
import type { Engine } from '../../model/engine/engine.js';
import { createEngine } from '../../model/engine/registry.js';
import { openBackbone } from '../backbones/open-backbone.js';
import { drawFeatures, shownProduct } from '../data/feature-world.js';
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
  const { engine: name, provider, backbone: source, cacheFolder } = environment;
  if (source.name === 'onnx' && name !== 'onnx') {
    throw badInput(`backbone.name: onnx does not run on engine ${name}`, 'Use engine: onnx.');
  }
  const [engine, backbone] = await Promise.all([
    createEngine(name, beforeRun, provider),
    openChecked(source, { provider, beforeRun }),
  ]);
  return { engine: withBackbone(engine, backbone), backbone, ring: source.ring, cacheFolder };
}

/** What a run has to know of its backbone; nothing stays open. */
export async function loadBackbone(source: BackboneSource): Promise<BackboneDescription> {
  const backbone = await openChecked(source);
  if (isForeign(backbone)) await backbone.dispose();
  return backbone;
}

async function openChecked(source: BackboneSource, runtime?: OnnxRuntime): Promise<Backbone> {
  const backbone = await openBackbone(source, runtime);
  const [{ height, width }] = backbone.mapShapes;
  if (2 * source.ring < Math.min(height, width)) return backbone;
  if (isForeign(backbone)) await backbone.dispose();
  throw badInput(
    `backbone.ring: ${source.ring} rings leave nothing of a ${height}×${width} grid`,
    `Use at most ${Math.ceil(Math.min(height, width) / 2) - 1}.`,
  );
}

/** An engine that answers for a foreign backbone too: for its time and its end. */
function withBackbone(engine: Engine, backbone: Backbone): Engine {
  if (!isForeign(backbone)) return engine;
  return {
    ...engine,
    busyMilliseconds: () => engine.busyMilliseconds() + backbone.busyMilliseconds(),
    async dispose() {
      await backbone.dispose();
      await engine.dispose();
    },
  };
}

/**
 * Patch features of an image, [patches × channels].
 * @param into a block of that many numbers, to be written in place of a new one
 */
export async function patchesOf(bench: Workbench, source: PatchSource, into?: Float32Array): Promise<Matrix> {
  if (source.kind !== 'drawn') return cachedPatches(bench, source.key, into);
  const drawn = drawFeatures(source);
  into?.set(drawn.data);
  return drawn;
}

/** What an image shows: a category of its data set, or a product of a drawn world. */
export function categoryOf(source: PatchSource): string {
  return source.kind === 'drawn' ? `product-${shownProduct(source) + 1}` : (source.category ?? '');
}

async function cachedPatches(bench: Workbench, key: ContentHash, into?: Float32Array): Promise<Matrix> {
  const maps = readFeatures(bench.cacheFolder, key, mapNumbers(bench.backbone));
  if (!maps) {
    throw runFailed(
      `features ${key.slice(0, 12)}… were lost from ${bench.cacheFolder} during the run`,
      'Start again: missing and damaged entries are recomputed at the start.',
    );
  }
  return patchFeatures(bench.engine, bench.backbone, maps, bench.ring, into);
}
