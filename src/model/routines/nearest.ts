import { invariant } from '../../base/errors.js';
import type { Matrix } from '../../base/tensor.js';
import type { Distances } from '../../memory/distances.js';
import type { Engine, Output, Program } from '../engine/engine.js';
import type { Ops, Value } from '../engine/ops.js';
import { blockRows, forEachBlock } from './blocks.js';

/**
 * ‖x − c‖² − ‖x‖² for all pairs: what a search compares.
 * @param away added for each centre, [centres]
 */
export function relativeDistances<V extends Value>(ops: Ops<V>, points: V, centres: V, away?: V): V {
  // The factor goes into the centres, which are few: the product is passed over only once more, by the sum.
  const products = ops.matmul(points, ops.transpose(ops.multiply(centres, -2)));
  const lengths = ops.sum(ops.square(centres), [1]);
  return ops.add(products, away ? ops.add(lengths, away) : lengths);
}

/** The `count` nearest centres of each point, without gradient. */
export function nearestCentres<V extends Value>(ops: Ops<V>, points: V, centres: V, count: number) {
  const { values, indices } = ops.smallest(relativeDistances(ops, points, centres), count);
  const squared = ops.relu(ops.add(values, squares(ops, points)));
  return { squared, indices };
}

/** What a centre that takes no part is farther away by than any other: far below float32's limit. */
const outOfReach = 1e37;

/** Searches by blocked matrix products: no points × centres matrix is ever whole in memory. */
export function engineDistances(engine: Engine): Distances {
  async function squared(points: Matrix, centres: Matrix): Promise<Float32Array> {
    const columns = centres.rows;
    const result = new Float32Array(points.rows * columns);
    const size = blockRows(points.rows, columns);
    const program = engine.compile('squared 0', shapesOf(size, points, centres), (ops, [x, c]) => [
      ops.relu(ops.add(relativeDistances(ops, x, c), squares(ops, x))),
    ]);
    await forEachBlock(points, size, async (block, start, used) => {
      const place = result.subarray(start * columns, (start + used) * columns);
      await runInto(program, [block, centres.data], [place], used === size);
    });
    return result;
  }

  return {
    async nearest(points, centres, count) {
      invariant(centres.rows >= count, `${count} nearest of ${centres.rows} centres`);
      const indices = new Int32Array(points.rows * count);
      const squared = new Float32Array(points.rows * count);
      const size = blockRows(points.rows, centres.rows);
      const program = engine.compile(`nearest ${count}`, shapesOf(size, points, centres), (ops, [x, c]) => {
        const found = nearestCentres(ops, x, c, count);
        return [found.indices, found.squared];
      });
      await forEachBlock(points, size, async (block, start, used) => {
        const places = [indices, squared].map((all) => all.subarray(start * count, (start + used) * count));
        await runInto(program, [block, centres.data], places, used === size);
      });
      return { indices, squared };
    },
    squared,
    async lower(least, points, centres, kept) {
      // A product by a vector takes another kernel, which a selection after it may change.
      if (centres.rows === 1) return lowerTo(least, 0, await squared(points, centres));
      const size = blockRows(points.rows, centres.rows);
      const shapes = [...shapesOf(size, points, centres), [centres.rows]];
      const program = engine.compile('lower', shapes, (ops, [x, c, away]) => {
        const { values } = ops.smallest(relativeDistances(ops, x, c, away), 1);
        return [ops.relu(ops.add(values, squares(ops, x)))];
      });
      const away = Float32Array.from(kept, (takesPart) => (takesPart ? 0 : outOfReach));
      const found = new Float32Array(size);
      await forEachBlock(points, size, async (block, start, used) => {
        await program.run([block, centres.data, away], [found]);
        lowerTo(least, start, found.subarray(0, used));
      });
    },
  };
}

function lowerTo(least: Float32Array, start: number, found: Float32Array): void {
  for (let row = 0; row < found.length; row++)
    if (found[row] < least[start + row]) least[start + row] = found[row];
}

function squares<V extends Value>(ops: Ops<V>, points: V): V {
  return ops.sum(ops.square(points), [1], true);
}

function shapesOf(size: number, points: Matrix, centres: Matrix): number[][] {
  return [
    [size, points.columns],
    [centres.rows, centres.columns],
  ];
}

/** Writes a block's outputs where they belong: at once where the block is full, else without its padding. */
async function runInto(
  program: Program,
  inputs: readonly Float32Array[],
  places: readonly Output[],
  full: boolean,
): Promise<void> {
  if (full) await program.run(inputs, places);
  else {
    const outputs = await program.run(inputs);
    outputs.forEach((output, at) => {
      places[at].set(output.subarray(0, places[at].length));
    });
  }
}
