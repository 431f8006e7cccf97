import type { Matrix } from '../base/tensor.js';

/** The nearest centres of each point, in increasing distance; ties go to the lowest index. */
export interface Nearest {
  /** [points × count] */
  readonly indices: Int32Array;
  /** [points × count], squared Euclidean, never negative. */
  readonly squared: Float32Array;
}

/** The two searches that memory needs, given from outside: an engine does them by blocked matrix products. */
export interface Distances {
  nearest(points: Matrix, centres: Matrix, count: number): Promise<Nearest>;
  /** All squared Euclidean distances, [points × centres]. */
  squared(points: Matrix, centres: Matrix): Promise<Float32Array>;
}
