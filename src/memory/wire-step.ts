import { rowOf, type Matrix } from '../base/tensor.js';
import type { Precision } from './wire.js';

/** Bits of a significand after the leading one. */
const fractionBits = { f16: 10, f32: 23 } as const;

/**
 * The largest step between neighbouring numbers that a slot's vector meets on the wire: that of its largest entry. It is
 * 0 where that is infinite: no other slot may pass for such a one.
 */
export function wireStep(vector: Float32Array, precision: Precision): number {
  let largest = 0;
  for (const value of vector) largest = Math.max(largest, Math.abs(value));
  if (largest === 0 || largest === Infinity) return 0;
  if (precision === 'int8') return largest / 127;
  let power = 1;
  while (power * 2 <= largest) power *= 2;
  while (power > largest) power /= 2;
  for (let bit = 0; bit < fractionBits[precision]; bit++) power /= 2;
  return power;
}

/** The nearest row of `centres` to each row, in float64; ties go to the lowest index. */
export function nearestSlots(rows: Matrix, centres: Matrix): Int32Array {
  const { columns } = rows;
  return Int32Array.from({ length: rows.rows }, (_, row) => {
    const vector = rowOf(rows, row);
    let best = 0;
    let least = Infinity;
    for (let centre = 0, at = 0; centre < centres.rows; centre++, at += columns) {
      let squares = 0;
      for (let axis = 0; axis < columns && squares < least; axis++)
        squares += (vector[axis] - centres.data[at + axis]) ** 2;
      if (squares < least) {
        least = squares;
        best = centre;
      }
    }
    return best;
  });
}
