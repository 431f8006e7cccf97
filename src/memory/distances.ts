import type { Matrix } from '../base/tensor.js';

/** The nearest centres of each point, in increasing distance; ties go to the lowest index. */
export interface Nearest {
  /** [points × count] */
  readonly indices: Int32Array;
  /** [points × count], squared Euclidean, never negative. */
  readonly squared: Float32Array;
}

/** The searches that memory needs, given from outside: an engine does them by blocked matrix products. */
export interface Distances {
  nearest(points: Matrix, centres: Matrix, count: number): Promise<Nearest>;
  /** All squared Euclidean distances, [points × centres]. */
  squared(points: Matrix, centres: Matrix): Promise<Float32Array>;
  /**
   * Lowers `least`, a squared distance a point, to that of the nearest centre where this is smaller: the bits that
   * `squared` has for the pair.
   * @param kept which centres take part: at least one
   */
  lower(least: Float32Array, points: Matrix, centres: Matrix, kept: readonly boolean[]): Promise<void>;
}
