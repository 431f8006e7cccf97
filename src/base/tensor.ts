import { invariant } from './errors.js';

/** Element types we read and write, by their safetensors names. */
export type DataType = 'F64' | 'F32' | 'F16' | 'I32' | 'I8' | 'U8';

/** What holds a tensor's elements; F16 is kept as its bits. */
export type TensorData = Float64Array | Float32Array | Uint16Array | Int32Array | Int8Array | Uint8Array;

/** A dense row-major tensor. */
export interface Tensor {
  readonly type: DataType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Tensors by name: what travels in a message, rests in a client's state, or lies in a safetensors file. */
export type TensorMap = Readonly<Record<string, Tensor>>;

/** Rows of equal width in one block: the shape nearly all numbers here have. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** A matrix over given numbers, or of zeros. */
export function matrix(
  rows: number,
  columns: number,
  data: Float32Array = new Float32Array(rows * columns),
): Matrix {
  invariant(data.length === rows * columns, `matrix ${rows}×${columns} over ${data.length} numbers`);
  return { rows, columns, data };
}

/** Numbers in shared memory: between threads they are not copied. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(Float32Array.BYTES_PER_ELEMENT * length));
}

/** A view of rows [start, end), sharing the numbers. */
export function rowsOf(source: Matrix, start: number, end: number): Matrix {
  return {
    rows: end - start,
    columns: source.columns,
    data: source.data.subarray(start * source.columns, end * source.columns),
  };
}

/** One row, sharing the numbers. */
export function rowOf(source: Matrix, row: number): Float32Array {
  return source.data.subarray(row * source.columns, (row + 1) * source.columns);
}

/** A new matrix of the rows with the given indices, in that order. */
export function gatherRows(source: Matrix, indices: ArrayLike<number>): Matrix {
  const result = matrix(indices.length, source.columns);
  for (let row = 0; row < indices.length; row++)
    result.data.set(rowOf(source, indices[row]), row * source.columns);
  return result;
}

/** The rows of several matrices under one another; `columns` says the width when there are none. */
export function stackRows(parts: readonly Matrix[], columns = parts[0]?.columns ?? 0): Matrix {
  const result = matrix(
    parts.reduce((sum, part) => sum + part.rows, 0),
    columns,
  );
  let offset = 0;
  for (const part of parts) {
    invariant(part.columns === columns, `stacking rows of ${part.columns} and ${columns} columns`);
    result.data.set(part.data, offset);
    offset += part.data.length;
  }
  return result;
}

/** Writes blocks of numbers after one another into one of their common length. */
export function joined<T extends Float32Array | Uint8Array>(parts: readonly T[], result: T): T {
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

export function lengthOf(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

/** An F32 tensor over a matrix. */
export function matrixTensor(source: Matrix): Tensor {
  return { type: 'F32', shape: [source.rows, source.columns], data: source.data };
}

/** A tensor of one dimension; the element type follows from the array. */
export function vectorTensor(data: Float64Array | Float32Array | Int32Array): Tensor {
  const type = data instanceof Float64Array ? 'F64' : data instanceof Float32Array ? 'F32' : 'I32';
  return { type, shape: [data.length], data };
}

/** The named F32 matrix of a map. @throws when it is missing, of another type or not two-dimensional. */
export function readMatrix(tensors: TensorMap, name: string): Matrix {
  const tensor = tensors[name];
  invariant(tensor?.type === 'F32' && tensor.shape.length === 2, `tensor ${name} is not an F32 matrix`);
  return matrix(tensor.shape[0], tensor.shape[1], tensor.data as Float32Array);
}

/** The named F32 numbers of a map, whatever their shape. */
export function readFloat32(tensors: TensorMap, name: string): Float32Array {
  const tensor = tensors[name];
  invariant(tensor?.type === 'F32', `tensor ${name} is not F32`);
  return tensor.data as Float32Array;
}

/** The named F64 numbers of a map, whatever their shape. */
export function readFloat64(tensors: TensorMap, name: string): Float64Array {
  const tensor = tensors[name];
  invariant(tensor?.type === 'F64', `tensor ${name} is not F64`);
  return tensor.data as Float64Array;
}
