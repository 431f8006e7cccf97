import { invariant } from '../../base/errors.js';
import type { Matrix } from '../../base/tensor.js';
import type { Distances } from '../../memory/distances.js';
import type { Engine } from '../engine/engine.js';
import type { Ops, Value } from '../engine/ops.js';
import { blockRows, forEachBlock } from './blocks.js';

/** ‖x − c‖² − ‖x‖² for all pairs: what a search compares. */
export function relativeDistances<V extends Value>(ops: Ops<V>, points: V, centres: V): V {
  // The factor goes into the centres, which are few: the product is passed over only once more, by the sum.
  const products = ops.matmul(points, ops.transpose(ops.multiply(centres, -2)));
  return ops.add(products, ops.sum(ops.square(centres), [1]));
}

/** The `count` nearest centres of each point, without gradient. */
export function nearestCentres<V extends Value>(ops: Ops<V>, points: V, centres: V, count: number) {
  const { values, indices } = ops.smallest(relativeDistances(ops, points, centres), count);
  const squared = ops.relu(ops.add(values, ops.sum(ops.square(points), [1], true)));
  return { squared, indices };
}

/** Searches by blocked matrix products: no points × centres matrix is ever whole in memory. */
export function engineDistances(engine: Engine): Distances {
  return {
    async nearest(points, centres, count) {
      invariant(centres.rows >= count, `${count} nearest of ${centres.rows} centres`);
      const indices = new Int32Array(points.rows * count);
      const squared = new Float32Array(points.rows * count);
      const { size, run } = pairwise(engine, 'nearest', points, centres, count);
      await forEachBlock(points, size, async (block, start, used) => {
        const [found, distances] = await run(block);
        indices.set(found.subarray(0, used * count), start * count);
        squared.set(distances.subarray(0, used * count), start * count);
      });
      return { indices, squared };
    },
    async squared(points, centres) {
      const result = new Float32Array(points.rows * centres.rows);
      const { size, run } = pairwise(engine, 'squared', points, centres, 0);
      await forEachBlock(points, size, async (block, start, used) => {
        const [distances] = await run(block);
        result.set(distances.subarray(0, used * centres.rows), start * centres.rows);
      });
      return result;
    },
  };
}

function pairwise(
  engine: Engine,
  kind: 'nearest' | 'squared',
  points: Matrix,
  centres: Matrix,
  count: number,
) {
  const size = blockRows(points.rows, centres.rows);
  const shapes = [
    [size, points.columns],
    [centres.rows, centres.columns],
  ];
  const program = engine.compile(`${kind} ${count}`, shapes, (ops, [x, c]) => {
    if (kind === 'squared') {
      return [ops.relu(ops.add(relativeDistances(ops, x, c), ops.sum(ops.square(x), [1], true)))];
    }
    const { indices, squared } = nearestCentres(ops, x, c, count);
    return [indices, squared];
  });
  return { size, run: (block: Float32Array) => program.run([block, centres.data]) };
}
