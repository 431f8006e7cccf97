import { invariant } from '../../src/base/errors.js';
import { rowOf } from '../../src/base/tensor.js';
import type { Distances } from '../../src/memory/distances.js';

/** ‖a − b‖² in float64, coordinate by coordinate. */
export function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let axis = 0; axis < a.length; axis++) sum += (a[axis] - b[axis]) ** 2;
  return sum;
}

/** The searches straight from their definition: every pair, in float64, ties to the lowest index. Slow on purpose. */
export const naiveDistances: Distances = {
  nearest(points, centres, count) {
    invariant(count <= centres.rows, `${count} nearest of ${centres.rows} centres`);
    const indices = new Int32Array(points.rows * count);
    const squared = new Float32Array(points.rows * count);
    for (let point = 0; point < points.rows; point++) {
      const found: { centre: number; distance: number }[] = [];
      for (let centre = 0; centre < centres.rows; centre++) {
        found.push({ centre, distance: squaredDistance(rowOf(points, point), rowOf(centres, centre)) });
      }
      found.sort((a, b) => a.distance - b.distance || a.centre - b.centre);
      for (let place = 0; place < count; place++) {
        indices[point * count + place] = found[place].centre;
        squared[point * count + place] = found[place].distance;
      }
    }
    return Promise.resolve({ indices, squared });
  },
  squared(points, centres) {
    const squared = new Float32Array(points.rows * centres.rows);
    for (let point = 0; point < points.rows; point++) {
      for (let centre = 0; centre < centres.rows; centre++) {
        squared[point * centres.rows + centre] = squaredDistance(
          rowOf(points, point),
          rowOf(centres, centre),
        );
      }
    }
    return Promise.resolve(squared);
  },
  lower(least, points, centres, kept) {
    least.forEach((_, point) => {
      for (let centre = 0; centre < centres.rows; centre++) {
        const found = Math.fround(squaredDistance(rowOf(points, point), rowOf(centres, centre)));
        if (kept[centre] && found < least[point]) least[point] = found;
      }
    });
    return Promise.resolve();
  },
};
