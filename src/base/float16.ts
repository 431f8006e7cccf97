/** IEEE 754 binary16, by hand: Node 20 has no Float16Array. Rounds to nearest, ties to even. */

const floatView = new Float32Array(1);
const bitsView = new Uint32Array(floatView.buffer);

/** The binary16 bits nearest to `value`; beyond ±65,504 they are infinite. */
export function toFloat16Bits(value: number): number {
  floatView[0] = value;
  const bits = bitsView[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
    return sign | ((rounded - 0x38000000) >>> 13);
  }
  if (magnitude < 0x33000000) return sign;
  // Subnormal half: shift the explicit mantissa into place, rounding on what falls off.
  const shift = 126 - (magnitude >>> 23);
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const kept = mantissa >>> shift;
  const rest = mantissa & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  return sign | (kept + (rest > half || (rest === half && (kept & 1) === 1) ? 1 : 0));
}

/** The number that binary16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

/** Element-wise {@link toFloat16Bits}. */
export function encodeFloat16(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  for (let at = 0; at < values.length; at++) bits[at] = toFloat16Bits(values[at]);
  return bits;
}

let allNumbers: Float32Array | undefined;

/** Element-wise {@link fromFloat16Bits}, from a table of all 65,536 of them. */
export function decodeFloat16(bits: Uint16Array): Float32Array {
  allNumbers ??= Float32Array.from({ length: 65536 }, (_, each) => fromFloat16Bits(each));
  const values = new Float32Array(bits.length);
  for (let at = 0; at < bits.length; at++) values[at] = allNumbers[bits[at]];
  return values;
}
