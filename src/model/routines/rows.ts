import { matrix, type Matrix } from '../../base/tensor.js';
import type { Engine } from '../engine/engine.js';
import type { Ops, Value } from '../engine/ops.js';
import type { Shape } from '../engine/shapes.js';
import { blockRows, forEachBlock } from './blocks.js';

/** A function of rows, with further inputs that are the same for every row. */
export interface RowFunction {
  readonly key: string;
  readonly columns: number;
  readonly shared: readonly { readonly shape: Shape; readonly data: Float32Array }[];
  define<V extends Value>(ops: Ops<V>, rows: V, shared: readonly V[]): V;
}

/** Applies a function to every row of a matrix, block by block. */
export async function mapRows(engine: Engine, source: Matrix, rowFunction: RowFunction): Promise<Matrix> {
  const { key, columns, shared } = rowFunction;
  const result = matrix(source.rows, columns);
  const size = blockRows(source.rows, Math.max(columns, source.columns));
  const shapes = [[size, source.columns], ...shared.map(({ shape }) => shape)];
  const program = engine.compile(key, shapes, (ops, [rows, ...others]) => [
    rowFunction.define(ops, rows, others),
  ]);
  await forEachBlock(source, size, async (block, start, used) => {
    const inputs = [block, ...shared.map(({ data }) => data)];
    const place = result.data.subarray(start * columns, (start + used) * columns);
    if (used === size) await program.run(inputs, [place]);
    else place.set((await program.run(inputs))[0].subarray(0, used * columns));
  });
  return result;
}

/** Σ over rows of f(row)ᵀ·f(row) in float64: [columns × columns]. Blocks are summed in index order. */
export async function sumOfOuterProducts(engine: Engine, source: Matrix): Promise<Float64Array> {
  const { columns } = source;
  const size = blockRows(source.rows, columns);
  const sum = new Float64Array(columns * columns);
  const program = engine.compile('outer products', [[size, columns]], (ops, [x]) => [
    ops.matmul(ops.transpose(x), x),
  ]);
  const products = new Float32Array(sum.length);
  await forEachBlock(source, size, async (block) => {
    await program.run([block], [products]);
    for (let index = 0; index < sum.length; index++) sum[index] += products[index];
  });
  return sum;
}
