import { matrix, type Matrix } from '../base/tensor.js';
import { bankOfPoints, mergeAround, type MemoryBank } from './memory-bank.js';

/** What a slot keeps of itself when a batch moves it. */
const momentum = 0.9;

/**
 * Exponential moving average: y_j ← 0.9 y_j + 0.1 · mean of the batch's patches assigned to j. Slots that no patch was
 * assigned to stay.
 * @param points [patches × dimensions]
 * @param assignment slot of each patch
 */
export function movedSlots(bank: MemoryBank, points: Matrix, assignment: Int32Array): MemoryBank {
  const { rows, columns, data } = bank.vectors;
  const sums = new Float64Array(rows * columns);
  const counts = new Float64Array(rows);
  for (let point = 0; point < points.rows; point++) {
    const slot = assignment[point];
    counts[slot]++;
    for (let axis = 0; axis < columns; axis++)
      sums[slot * columns + axis] += points.data[point * columns + axis];
  }
  const moved = data.map((value, at) => {
    const count = counts[Math.floor(at / columns)];
    return count > 0 ? momentum * value + (1 - momentum) * (sums[at] / count) : value;
  });
  return { ...bank, vectors: matrix(rows, columns, moved) };
}

/**
 * The slots where they are, with the patches behind them counted anew: weights, and variances around the slots. Slots
 * without a patch are left out.
 */
export function recountedSlots(bank: MemoryBank, points: Matrix, assignment: Int32Array): MemoryBank {
  return mergeAround(bankOfPoints(points), assignment, bank.vectors.rows, bank.vectors.data);
}
