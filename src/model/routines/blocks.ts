import { rowsOf, type Matrix } from '../../base/tensor.js';

/** Numbers a block's largest intermediate may hold: 4 MiB of floats, which a second-level cache nearly holds. */
const blockBudget = 1024 * 1024;

/** A product of fewer rows may take another kernel of the library, which rounds otherwise. */
const fewestRows = 16;

/** Rows of a block whose widest row has `width` numbers: a power of two, so that few programs are compiled. */
export function blockRows(rows: number, width: number): number {
  const largest = Math.max(1, Math.min(4096, blockBudget / Math.max(1, width)));
  let size = 1;
  // Up to the fewest whatever the rows, so that bits do not depend on how rows are split into calls.
  while (size * 2 <= largest && size < Math.max(rows, fewestRows)) size *= 2;
  return size;
}

/**
 * Calls `each` with successive blocks of exactly `size` rows, the last padded with zeros; `used` rows are real. A block
 * holds until the next call: what is padded, or lies in memory that engines can't read, is copied into one that is
 * used again.
 */
export async function forEachBlock(
  source: Matrix,
  size: number,
  each: (block: Float32Array, start: number, used: number) => Promise<void>,
): Promise<void> {
  const isShared = source.data.buffer instanceof SharedArrayBuffer;
  let copy: Float32Array | undefined;
  for (let start = 0; start < source.rows; start += size) {
    const used = Math.min(size, source.rows - start);
    const { data } = rowsOf(source, start, start + used);
    if (used === size && !isShared) await each(data, start, used);
    else {
      copy ??= new Float32Array(size * source.columns);
      copy.set(data);
      copy.fill(0, data.length);
      await each(copy, start, used);
    }
  }
}
