/**
 * The one vocabulary in which backbones, generators, losses and optimisers are written. An engine either runs it
 * eagerly or traces it into a graph; who writes a loss can't tell and needn't care.
 */

/** A number block inside a definition: only its shape can be looked at. */
export interface Value {
  readonly shape: readonly number[];
}

/** The `count` smallest entries of each row, in increasing order; ties go to the lowest index. */
export interface Smallest<V extends Value = Value> {
  readonly values: V;
  /** Column numbers; only `gatherRows` and a definition's outputs may use them. */
  readonly indices: V;
}

export interface Convolution {
  readonly stride: number;
  readonly padding: number;
  readonly groups?: number;
}

export interface Ops<V extends Value = Value> {
  /** A scalar, or numbers of a given shape, fixed at compile time. */
  constant(data: number | Float32Array, shape?: readonly number[]): V;

  // Element-wise, with NumPy's broadcasting.
  add(a: V, b: V | number): V;
  subtract(a: V, b: V | number): V;
  multiply(a: V, b: V | number): V;
  divide(a: V, b: V | number): V;
  relu(a: V): V;
  exp(a: V): V;
  log(a: V): V;
  sqrt(a: V): V;
  square(a: V): V;
  /** 1 where a > 0, else 0; its gradient is zero. */
  step(a: V): V;

  /** [n×k]·[k×m] → [n×m]. */
  matmul(a: V, b: V): V;
  /** Swaps the axes of a matrix, or orders axes as `permutation` says. */
  transpose(a: V, permutation?: readonly number[]): V;
  reshape(a: V, shape: readonly number[]): V;
  /** Repeats axes of size 1 (and adds leading ones) until the shape is reached. */
  broadcastTo(a: V, shape: readonly number[]): V;
  slice(a: V, axis: number, start: number, end: number): V;
  concat(parts: readonly V[], axis: number): V;
  sum(a: V, axes?: readonly number[], keepAxes?: boolean): V;
  mean(a: V, axes?: readonly number[], keepAxes?: boolean): V;

  /** The same numbers, through which no gradient flows. */
  stopGradient(a: V): V;

  // Without gradient: selection.
  smallest(a: V, count: number): Smallest<V>;
  /** Rows of a matrix by indices of any shape: [m×d], [n×k] → [n×k×d]. */
  gatherRows(a: V, indices: V): V;

  // Without gradient: frozen backbones, on [n×channels×height×width].
  convolve(image: V, weight: V, bias: V | null, options: Convolution): V;
  maxPool(image: V, size: number, stride: number, padding: number): V;
  /** Padding is not counted in the mean. */
  averagePool(image: V, size: number, stride: number, padding: number): V;
  /** Bilinear, half-pixel centres, edges clamped. */
  resizeBilinear(image: V, height: number, width: number): V;
}

/** A computation from input blocks to output blocks, written once for every engine. */
export type Definition = <V extends Value>(ops: Ops<V>, inputs: readonly V[]) => readonly V[];
