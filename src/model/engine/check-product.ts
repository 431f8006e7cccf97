import type { Engine } from './engine.js';

/** Large enough for a GPU's matrix units to be chosen. */
const size = 256;

/**
 * Multiplies by the identity numbers that float32 holds exactly and shorter formats (TF32, float16) round.
 * @returns `exact`; `rounded`: computed, but in a shorter format than float32; `wrong`: not the product
 */
export async function checkProduct(engine: Engine): Promise<'exact' | 'rounded' | 'wrong'> {
  const shape = [size, size];
  const left = Float32Array.from({ length: size * size }, (_, at) => 1 + (at % 4093) / 2 ** 20);
  const identity = new Float32Array(size * size);
  for (let row = 0; row < size; row++) identity[row * (size + 1)] = 1;
  const program = engine.compile('check product', [shape, shape], (ops, [a, b]) => [ops.matmul(a, b)]);
  const [product] = await program.run([left, identity]);
  let worst = 0;
  // Not by the larger of two: NaN would slip through.
  left.forEach((value, at) => {
    const error = Math.abs(product[at] - value);
    if (!(error <= worst)) worst = error;
  });
  if (worst === 0) return 'exact';
  return worst < 0.01 ? 'rounded' : 'wrong';
}
