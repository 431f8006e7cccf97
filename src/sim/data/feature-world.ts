import { stream, type RandomStream } from '../../base/random.js';
import { matrix, rowOf, type Matrix } from '../../base/tensor.js';

/**
 * A federation without images: what all its patch features are drawn from. Features are noise of deviation 1 in every
 * channel around the cluster centres of a product. Plain data.
 */
export interface FeatureWorld {
  readonly seed: number;
  readonly channels: number;
  /** An image is a map of grid × grid patches. */
  readonly grid: number;
  /** Kinds of normal appearance in the federation. */
  readonly products: number;
  /** Clusters of a product. */
  readonly modes: number;
  /** Probability that an image shows its client's own product; else it shows any, all alike. */
  readonly skew: number;
  /** Deviation of the cluster centres in every channel. */
  readonly separation: number;
  /** How far from its place an anomalous patch lies, as a distance over all channels. */
  readonly defectShift: number;
}

/** The address of one image's patch features: the same address, the same numbers. Plain data. */
export interface DrawnFeatures {
  readonly kind: 'drawn';
  readonly world: FeatureWorld;
  readonly client: string;
  readonly split: 'train' | 'test';
  readonly index: number;
  readonly defective: boolean;
}

/**
 * Patch features of an image, row by row of its grid: [grid² × channels]. Made of + − × ÷ and square roots alone: the
 * same bits on every machine. A defective image is its normal twin with a block of patches shifted.
 */
export function drawFeatures(address: DrawnFeatures): Matrix {
  const { world, defective } = address;
  const { channels, grid, modes } = world;
  const random = imageStream(address);
  const centres = knownCentres(world, drawProduct(address, random));
  const patches = matrix(grid * grid, channels);
  random.fillNormal(patches.data);
  for (let patch = 0; patch < patches.rows; patch++) {
    add(patches.data, patch * channels, rowOf(centres, random.integer(modes)));
  }
  if (defective) shiftBlock(patches, grid, world.defectShift, random);
  return patches;
}

/** The product that an image shows, from 0 up. */
export function shownProduct(address: DrawnFeatures): number {
  return drawProduct(address, imageStream(address));
}

function imageStream({ world, client, split, index }: DrawnFeatures): RandomStream {
  return stream(world.seed, 'client', client, split, index);
}

/** From the first numbers of the image's stream. */
function drawProduct({ world, client }: DrawnFeatures, random: RandomStream): number {
  const showsOwn = random.uniform() < world.skew;
  const any = random.integer(world.products);
  return showsOwn ? productOf(world, client) : any;
}

/** The product that a client shows at skew 1. */
export function productOf({ seed, products }: FeatureWorld, client: string): number {
  return stream(seed, 'client', client, 'product').integer(products);
}

/** Centres of a product's clusters, [modes × channels]; the same for all clients. */
export function clusterCentres({ seed, modes, channels, separation }: FeatureWorld, product: number): Matrix {
  const centres = matrix(modes, channels);
  stream(seed, 'product', product).fillNormal(centres.data);
  for (let at = 0; at < centres.data.length; at++) centres.data[at] *= separation;
  return centres;
}

/** Products whose centres a thread keeps at hand. */
const mostKnown = 64;
const known = new Map<string, Matrix>();

/** {@link clusterCentres}, not to be changed: all images of a product share them. */
function knownCentres(world: FeatureWorld, product: number): Matrix {
  const { seed, modes, channels, separation } = world;
  const key = JSON.stringify([seed, modes, channels, separation, product]);
  let centres = known.get(key);
  if (!centres) {
    if (known.size >= mostKnown) known.delete(known.keys().next().value!);
    known.set(key, (centres = clusterCentres(world, product)));
  }
  return centres;
}

/** Moves a block of at most half the grid's side each way in one direction, by a vector of length `distance`. */
function shiftBlock(patches: Matrix, grid: number, distance: number, random: RandomStream): void {
  const longest = Math.ceil(grid / 2);
  const height = 1 + random.integer(longest);
  const width = 1 + random.integer(longest);
  const top = random.integer(grid - height + 1);
  const left = random.integer(grid - width + 1);
  const direction = new Float32Array(patches.columns);
  random.fillNormal(direction);
  const length = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
  const shift = direction.map((value) => (value / length) * distance);
  for (let y = top; y < top + height; y++) {
    for (let x = left; x < left + width; x++) add(patches.data, (y * grid + x) * shift.length, shift);
  }
}

function add(target: Float32Array, start: number, row: Float32Array): void {
  for (let at = 0; at < row.length; at++) target[start + at] += row[at];
}
