import type { RandomStream } from '../../base/random.js';
import type { Ops, Value } from '../engine/ops.js';

/** x·W + b: [n × inner] → [n × columns]; without `bias`, a linear map. */
export function dense<V extends Value>(ops: Ops<V>, points: V, weight: V, bias?: V): V {
  const product = ops.matmul(points, weight);
  return bias ? ops.add(product, bias) : product;
}

/** max(x, 0) + 0.2·min(x, 0) */
export function leakyRelu<V extends Value>(ops: Ops<V>, x: V): V {
  return ops.subtract(ops.relu(x), ops.multiply(ops.relu(ops.multiply(x, -1)), 0.2));
}

/** A weight matrix [rows × columns] of deviation √(2 / rows) (He et al., ICCV 2015). */
export function heNormal(rows: number, columns: number, random: RandomStream): Float32Array {
  const scale = Math.sqrt(2 / rows);
  const weight = new Float32Array(rows * columns);
  random.fillNormal(weight);
  return weight.map((value) => value * scale);
}

/** [size × size] */
export function identity(size: number): Float32Array {
  return Float32Array.from({ length: size * size }, (_, at) => (at % (size + 1) === 0 ? 1 : 0));
}
