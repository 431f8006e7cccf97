import type { ContentHash } from '../../base/hash.js';
import type { Matrix } from '../../base/tensor.js';
import { matrix } from '../../base/tensor.js';
import type { Engine, Output } from '../engine/engine.js';
import type { Ops, Value } from '../engine/ops.js';

/** Size of one feature map. */
export interface MapShape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** What is known of a frozen network from an image to feature maps without running it. */
export interface BackboneDescription {
  readonly name: string;
  /** Hash of everything its features depend on: definition, weights, preprocessing. */
  readonly key: ContentHash;
  /** Side of the square input, in pixels. */
  readonly inputSize: number;
  /** Its maps; the first map's grid is the grid of patches. */
  readonly mapShapes: readonly MapShape[];
}

/** A backbone written once for every engine. */
export interface DefinedBackbone extends BackboneDescription {
  /** @param image [1×3×size×size], RGB in 0…255 */
  maps<V extends Value>(ops: Ops<V>, image: V): readonly V[];
}

/** A backbone that somebody else's runtime computes. */
export interface ForeignBackbone extends BackboneDescription {
  /** @param pixels [size×size×3] RGB bytes → one block a map */
  run(pixels: Uint8Array): Promise<readonly Float32Array[]>;
  /** Milliseconds spent computing so far. */
  busyMilliseconds(): number;
  dispose(): Promise<void>;
}

export type Backbone = DefinedBackbone | ForeignBackbone;

export function isForeign(backbone: Backbone): backbone is ForeignBackbone {
  return 'run' in backbone;
}

export function channelsOf({ mapShapes }: BackboneDescription): number {
  return mapShapes.reduce((sum, { channels }) => sum + channels, 0);
}

/** Numbers of one image's maps: what the feature cache stores. */
export function mapNumbers({ mapShapes }: BackboneDescription): number {
  return mapShapes.reduce((sum, { channels, height, width }) => sum + channels * height * width, 0);
}

/**
 * One image through the backbone; maps smoothed by a 3×3 mean (padding not counted), flattened one after another.
 * @param pixels [size×size×3] RGB bytes
 */
export async function extractMaps(
  engine: Engine,
  backbone: Backbone,
  pixels: Uint8Array,
): Promise<Float32Array> {
  const maps = await (isForeign(backbone)
    ? smoothed(engine, backbone, await backbone.run(pixels))
    : computed(engine, backbone, pixels));
  const result = new Float32Array(mapNumbers(backbone));
  let offset = 0;
  for (const map of maps) {
    result.set(map, offset);
    offset += map.length;
  }
  return result;
}

/** The whole of it as one program. */
function computed(engine: Engine, backbone: DefinedBackbone, pixels: Uint8Array): Promise<readonly Output[]> {
  const { inputSize: size } = backbone;
  const program = engine.compile(`backbone ${backbone.key}`, [[size, size, 3]], (ops, [image]) => {
    const planes = ops.reshape(ops.transpose(image, [2, 0, 1]), [1, 3, size, size]);
    return backbone.maps(ops, planes).map((map) => smooth(ops, map));
  });
  return program.run([new Float32Array(pixels)]);
}

function smoothed(
  engine: Engine,
  backbone: ForeignBackbone,
  maps: readonly Float32Array[],
): Promise<readonly Output[]> {
  const program = engine.compile('smooth', blockShapes(backbone), (ops, inputs) =>
    inputs.map((map) => smooth(ops, map)),
  );
  return program.run(maps);
}

function smooth<V extends Value>(ops: Ops<V>, map: V): V {
  return ops.averagePool(map, 3, 1, 1);
}

function blockShapes({ mapShapes }: BackboneDescription): number[][] {
  return mapShapes.map(({ channels, height, width }) => [1, channels, height, width]);
}

/** The part of the grid that takes part in training and scoring. */
export interface PatchGrid {
  readonly height: number;
  readonly width: number;
}

/** @param ring outer rings of cells that are left out */
export function patchGrid(backbone: BackboneDescription, ring: number): PatchGrid {
  const [{ height, width }] = backbone.mapShapes;
  return { height: height - 2 * ring, width: width - 2 * ring };
}

/**
 * Patch features of one image: every map bilinearly resized to the first map's grid, concatenated by channel, one row
 * a cell of the inner grid.
 * @param into a block of that many numbers, to be written in place of a new one
 */
export async function patchFeatures(
  engine: Engine,
  backbone: BackboneDescription,
  maps: Float32Array,
  ring: number,
  into?: Float32Array,
): Promise<Matrix> {
  const grid = patchGrid(backbone, ring);
  const channels = channelsOf(backbone);
  const [{ height, width }] = backbone.mapShapes;
  const program = engine.compile(`patches ${ring}`, blockShapes(backbone), (ops, inputs) => {
    const resized = inputs.map((map, index) => (index === 0 ? map : ops.resizeBilinear(map, height, width)));
    const rows = ops.slice(ops.concat(resized, 1), 2, ring, ring + grid.height);
    const inner = ops.slice(rows, 3, ring, ring + grid.width);
    return [ops.transpose(ops.reshape(inner, [channels, grid.height * grid.width]))];
  });
  let offset = 0;
  const inputs = backbone.mapShapes.map((map) => {
    const start = offset;
    offset += map.channels * map.height * map.width;
    return maps.subarray(start, offset);
  });
  const [rows] = await program.run(inputs, [into]);
  return matrix(grid.height * grid.width, channels, rows as Float32Array);
}
