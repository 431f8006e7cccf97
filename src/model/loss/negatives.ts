import type { RandomStream } from '../../base/random.js';
import type { Matrix } from '../../base/tensor.js';

/** Deviation of the noise, over that of the patches. */
const noiseScale = 0.5;

/** Standard deviation of each axis over rows, in float64. */
export function axisDeviations({ rows, columns, data }: Matrix): Float64Array {
  const means = new Float64Array(columns);
  const squares = new Float64Array(columns);
  for (let at = 0; at < data.length; at++) means[at % columns] += data[at] / rows;
  for (let at = 0; at < data.length; at++)
    squares[at % columns] += (data[at] - means[at % columns]) ** 2 / rows;
  return squares.map(Math.sqrt);
}

/** The rows y with noise, y + N(0, (0.5 σ)²), σ the deviation of each axis: what is not quite normal. */
export function withNoise(
  rows: Float32Array,
  deviations: Float64Array,
  random: RandomStream,
): Float32Array<ArrayBuffer> {
  const noisy = new Float32Array(rows.length);
  random.fillNormal(noisy);
  for (let at = 0; at < rows.length; at++) {
    noisy[at] = rows[at] + noiseScale * deviations[at % deviations.length] * noisy[at];
  }
  return noisy;
}
