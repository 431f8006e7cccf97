import type { Detail } from './detail.js';
import {
  affineFamily,
  inner,
  innerLength,
  noDisplacement,
  pulledBack,
  reachOf,
  type Displacement,
} from './registration.js';
import type { Scene } from './scene.js';
import { dot, takeOff } from './vectors.js';

/** Less than this is left of a picture without its scene: nothing to recognise it by. */
const leastEnergy = 0.002 * innerLength;

/** Further apart than this, in pixels of 64, is another view rather than a cropped copy. */
const farthest = 4;

/**
 * What a picture needs before it is aligned: plain correlation, and after the first regression. Real copies, cropped
 * by up to 4 % or turned by a degree, have at least 0.5 and 0.8, unlike pictures hardly ever.
 */
const worthRegression = 0.4;
const worthAlignment = 0.75;

const mostAlignments = 3;

/** A gain in similarity for which another alignment is tried. */
const worthwhile = 1e-3;

/** A picture as it is compared with references, and the part of it that is compared. */
export interface Picture {
  readonly detail: Detail;
  readonly inner: Float64Array;
}

export function pictureOf(detail: Detail): Picture {
  return { detail, inner: inner(detail) };
}

/** A picture that others are compared with: see `similarTo`. */
export interface Reference {
  readonly scene: Scene;
  /** The picture's affine family without the scene. */
  readonly family: readonly Float64Array[];
  /** Cholesky factor of the family's inner products, lower triangle; null where nothing is left of the picture. */
  readonly factor: readonly (readonly number[])[] | null;
}

export function referenceOf(detail: Detail, scene: Scene): Reference {
  const family = affineFamily(detail).map((vector) => takeOff(vector, scene));
  const flat = dot(family[0], family[0]) < leastEnergy;
  return { scene, family, factor: flat ? null : cholesky(family) };
}

/**
 * How much of a picture a slightly displaced reference explains: the partial multiple correlation of the picture with
 * the reference's affine family, given the scene, from 0 to 1; 0 for pairs that are plainly unlike. The picture is
 * moved by the displacement found (a step of Gauss–Newton, as in Lucas & Kanade 1981) and compared again as long as
 * that helps.
 */
export function similarTo({ scene, family, factor }: Reference, picture: Picture): number {
  if (factor === null) return 0;
  let best = 0;
  let displacement = noDisplacement;
  for (let step = 0; step <= mostAlignments; step++) {
    const values = step === 0 ? picture.inner : pulledBack(picture.detail, displacement);
    const direct = dot(family[0], values);
    if (direct <= 0) return best;
    const energy = scene.reduce((rest, axis) => rest - dot(axis, values) ** 2, dot(values, values));
    if (energy < leastEnergy) return best;
    const plain = direct / Math.sqrt(energy * dot(family[0], family[0]));
    if (plain < worthRegression) return best;
    best = Math.max(best, plain);
    const products = family.map((vector, at) => (at === 0 ? direct : dot(vector, values)));
    const { explained, weights } = regression(factor, products);
    const similarity = Math.sqrt(Math.min(1, explained / energy));
    if (weights[0] <= 0 || similarity < worthAlignment) return best;
    const [x, xx, xy, y, yx, yy] = weights.slice(1).map((weight) => weight / weights[0]);
    const move: Displacement = [x, xx, xy, y, yx, yy];
    // The family is linear: it may vouch for up to a pixel; what moves further must be moved, and looked at again.
    if (reachOf(move) <= 1) {
      if (similarity < best + worthwhile) return Math.max(best, similarity);
      best = similarity;
    }
    displacement = added(displacement, move);
    if (reachOf(displacement) > farthest) return best;
  }
  return best;
}

function added(a: Displacement, b: Displacement): Displacement {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3], a[4] + b[4], a[5] + b[5]];
}

function cholesky(family: readonly Float64Array[]): number[][] {
  const products = family.map((a) => family.map((b) => dot(a, b)));
  const ridge = 1e-9 * products.reduce((trace, row, at) => trace + row[at], 0);
  const factor = family.map(() => new Array<number>(family.length).fill(0));
  for (let row = 0; row < family.length; row++) {
    for (let column = 0; column <= row; column++) {
      let rest = products[row][column] + (row === column ? ridge : 0);
      for (let at = 0; at < column; at++) rest -= factor[row][at] * factor[column][at];
      factor[row][column] = row === column ? Math.sqrt(Math.max(rest, ridge)) : rest / factor[column][column];
    }
  }
  return factor;
}

/** Least squares from a Cholesky factor: the energy explained and each vector's weight. */
function regression(
  factor: readonly (readonly number[])[],
  products: readonly number[],
): { explained: number; weights: number[] } {
  const forward: number[] = [];
  products.forEach((product, row) => {
    const known = forward.reduce((sum, value, at) => sum + factor[row][at] * value, 0);
    forward.push((product - known) / factor[row][row]);
  });
  const weights = forward.slice();
  for (let row = weights.length - 1; row >= 0; row--) {
    for (let at = row + 1; at < weights.length; at++) weights[row] -= factor[at][row] * weights[at];
    weights[row] /= factor[row][row];
  }
  return { explained: forward.reduce((sum, value) => sum + value * value, 0), weights };
}
